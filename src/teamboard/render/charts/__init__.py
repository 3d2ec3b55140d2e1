"""Charts as SVG for slides and documents: burn-up, forecast, attainment by member and week."""
