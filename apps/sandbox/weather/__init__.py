"""Weather: all that goes wrong between a client and Graph, off until asked for."""
