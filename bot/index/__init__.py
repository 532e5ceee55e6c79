"""Subscriptions as an index that papers are looked up in; bot.matching puts its parts together."""
