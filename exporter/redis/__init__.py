"""What Redis says, and how it is asked."""
