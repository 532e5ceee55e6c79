"""Servers on loopback, and the people and faults that tests play."""
