"""What people touch: the panel, REST, the gate, the command line."""
