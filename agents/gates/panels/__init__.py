"""What each functionality demands of a store, of what was witnessed, and of behaviour."""
