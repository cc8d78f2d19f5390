"""Languages: whose is which, and the catalogues of what is said in them."""
