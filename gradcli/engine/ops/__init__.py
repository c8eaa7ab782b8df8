"""The operations: forward and derivative side by side, by subject."""
