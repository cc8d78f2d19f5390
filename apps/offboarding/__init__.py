"""How a customer leaves: held, exported, handed over to another MSP, or erased for good."""
