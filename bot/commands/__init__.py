"""What people can ask of the bot, one module per intention."""
