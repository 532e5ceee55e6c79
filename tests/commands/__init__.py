"""Commands and buttons as people meet them in chats."""
