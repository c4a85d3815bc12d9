"""What developers run: the local stack. Nothing here is deployed."""
