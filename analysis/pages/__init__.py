"""The parts of a rendered text: marks in HTML, dependency arcs in SVG, looks. Nothing public."""
