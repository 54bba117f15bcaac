"""What an example reads from a file."""
print("there it is")
