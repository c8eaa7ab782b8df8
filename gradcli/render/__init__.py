"""Solutions and diagnostics as text and as JSON."""
