"""The standard's rules, a folder a family; each module is one rule."""
