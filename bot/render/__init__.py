"""What the bot says, as HTML for Telegram; pure text in, text out."""
