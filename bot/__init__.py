"""Paperwire: the bot that delivers research papers into Telegram chats."""
