"""A board in words: number and date formats, line layout, one module a subject, documents, JSON and iCalendar."""
