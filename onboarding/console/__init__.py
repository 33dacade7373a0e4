"""`/console/`: staff. Every page declares the roles that may open it; whatever declares none is open to nobody."""
