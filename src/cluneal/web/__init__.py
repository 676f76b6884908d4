"""The person's app: pages on the loopback address, for one person on one machine."""
