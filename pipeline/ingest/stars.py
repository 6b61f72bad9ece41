"""The words that stand for people outside the cohort: names of stars, which no student is called.

A word of a sentence, such as "person", would count among the essays' own words.
"""

from __future__ import annotations

STARS_LISTED = """
    Achernar Acrux Albireo Alcor Alcyone Aldebaran Alderamin Algenib Algieba Algol Alhena Alioth
    Alkaid Almach Alnair Alnilam Alnitak Alphard Alphecca Alpheratz Altair Aludra Ankaa Antares
    Arcturus Arneb Avior Bellatrix Benetnasch Betelgeuse Canopus Capella Caph Cebalrai Deneb
    Denebola Diphda Dubhe Elnath Eltanin Enif Fomalhaut Furud Gacrux Gienah Hadar Hamal Izar Kochab
    Kornephoros Lesath Markab Megrez Menkalinan Menkar Menkent Merak Miaplacidus Mintaka Mirach
    Mirfak Mirzam Mizar Muphrid Naos Nashira Nunki Phact Phecda Polaris Pollux Porrima Procyon
    Rasalgethi Rasalhague Regulus Rigel Ruchbah Sabik Sadalmelik Sadalsuud Sadr Saiph Scheat Schedar
    Shaula Sheliak Sirius Spica Sulafat Tarazed Thuban Unukalhai Vindemiatrix Wezen Zaurak Zosma
    Zubenelgenubi Zubeneschamali
"""
STARS = tuple(STARS_LISTED.split())
