"""What people and programs read of a run: text for the terminal, Markdown and JSON for files."""
