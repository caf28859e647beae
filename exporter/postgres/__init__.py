"""What PostgreSQL says, and how it is asked."""
