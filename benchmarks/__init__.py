"""What Paperwire costs, measured beside what others do: `python -m benchmarks [name …]`."""
