"""How the rules write: what several of them share, and the parts of a rule that its own file would be too long with."""
