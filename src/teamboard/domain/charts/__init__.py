"""What charts draw, as numbers: a goal's burn-up, attainment by member and week, the ticks of an axis."""
