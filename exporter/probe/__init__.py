"""Looking at a service from outside."""
