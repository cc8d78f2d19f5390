"""What Holdfast knows about Entra: the catalogue of kinds, and how to talk to Graph."""
