"""Files that people really have, from download to verdict."""
