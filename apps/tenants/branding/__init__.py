"""What an MSP's pages, mails and documents look like: its colour, its logo, what it is called."""
