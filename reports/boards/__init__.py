"""The boards: what a chair sees. A page, a matrix, work over time, and the burn-up of a session, each a dataclass."""
