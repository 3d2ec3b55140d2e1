"""The board elsewhere: in a browser, as a picture, in a calendar."""
