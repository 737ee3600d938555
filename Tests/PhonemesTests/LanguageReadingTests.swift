import Testing

@testable import Phonemes

/// Tests the spoken form of written German, French and Spanish, and of characters that Unicode writes in several ways.
@Suite("Text normalization of other languages")
struct LanguageReadingTests {
    static let german = [
        ("21", "einundzwanzig"), ("1984", "neunzehnhundertvierundachtzig"), ("2024", "zweitausendvierundzwanzig"), ("1.234,5", "eintausendzweihundertvierunddreißig Komma fünf"),
        ("am 3. Oktober 1990", "am dritten Oktober neunzehnhundertneunzig"), ("der 1. Mai", "der erste Mai"), ("03.10.1990", "dritter Oktober neunzehnhundertneunzig"),
        ("Am 3.10. um 8 Uhr", "Am dritten Oktober um acht Uhr"), ("14:30 Uhr", "vierzehn Uhr dreißig"), ("um 8 Uhr", "um acht Uhr"), ("5,20 €", "fünf Euro zwanzig"), ("1 €", "ein Euro"), ("3 Mio. €", "drei Millionen Euro"),
        ("5 km", "fünf Kilometer"), ("20 °C", "zwanzig Grad Celsius"), ("60 km/h", "sechzig Kilometer pro Stunde"), ("12 m²", "zwölf Quadratmeter"), ("50 %", "fünfzig Prozent"),
        ("z. B. heute", "zum Beispiel heute"), ("d.h. jetzt", "das heißt jetzt"), ("Dr. Maier", "Doktor Maier"), ("Nr. 5", "Nummer fünf"), ("der II. Weltkrieg", "der zweite Weltkrieg"),
        ("Ludwig XIV.", "Ludwig der vierzehnte ."), ("10-20 kg", "zehn bis zwanzig Kilogramm"), ("1/3", "ein Drittel"), ("im 19. Jahrhundert", "im neunzehnten Jahrhundert"),
        ("1.000.000", "eine Million"), ("usw.", "und so weiter ."), ("-5", "minus fünf"), ("Herr Müller", "Herr Müller"),
        ("A321", "a dreihunderteinundzwanzig"), ("USA", "USA"),
    ]

    static let french = [
        ("21", "vingt-et-un"), ("71", "soixante-et-onze"), ("80", "quatre-vingts"), ("99", "quatre-vingt-dix-neuf"), ("1984", "mille neuf cent quatre-vingt-quatre"), ("3,14", "trois virgule quatorze"),
        ("le 1er mai", "le premier mai"), ("14 juillet 1789", "quatorze juillet mille sept cent quatre-vingt-neuf"), ("03/10/1990", "trois octobre mille neuf cent quatre-vingt-dix"),
        ("14h30", "quatorze heures trente"), ("8 h", "huit heures"), ("1h", "une heure"), ("5,20 €", "cinq euros vingt"), ("3 millions €", "trois millions d'euros"), ("2e", "deuxième"), ("1re", "première"),
        ("5 km", "cinq kilomètres"), ("60 km/h", "soixante kilomètres par heure"), ("20 °C", "vingt degrés Celsius"), ("50 %", "cinquante pour cent"), ("M. Dupont", "monsieur Dupont"), ("Mme Dupont", "madame Dupont"),
        ("n° 5", "numéro cinq"), ("Louis XIV", "Louis quatorze"), ("le XIXe siècle", "le dix-neuvième siècle"), ("François Ier", "François premier"), ("3/4", "trois quarts"), ("10 000", "dix mille"), ("1 m²", "un mètre carré"),
        ("A321", "a trois cent vingt-et-un"),
    ]

    static let spanish = [
        ("21", "veintiuno"), ("45", "cuarenta y cinco"), ("100", "cien"), ("1984", "mil novecientos ochenta y cuatro"), ("3,14", "tres coma catorce"), ("1.000.000", "un millón"),
        ("5 de mayo de 2020", "cinco de mayo de dos mil veinte"), ("03/10/1990", "tres de octubre de mil novecientos noventa"), ("14:30", "catorce y treinta"), ("las 8:15", "las ocho y quince"),
        ("5,20 €", "cinco euros con veinte"), ("1 €", "un euro"), ("3 millones €", "tres millones de euros"), ("5 km", "cinco kilómetros"), ("60 km/h", "sesenta kilómetros por hora"),
        ("20 °C", "veinte grados Celsius"), ("50 %", "cincuenta por ciento"), ("Sr. Pérez", "señor Pérez"), ("Dra. Ruiz", "doctora Ruiz"), ("EE. UU.", "Estados Unidos ."), ("1.º", "primero"), ("2.ª", "segunda"),
        ("Felipe II", "Felipe segundo"), ("Alfonso XIII", "Alfonso trece"), ("el siglo XX", "el siglo veinte"), ("3/4", "tres cuartos"), ("p. ej. hoy", "por ejemplo hoy"), ("1 h", "una hora"),
        ("A321", "a trescientos veintiuno"),
    ]

    @Test(arguments: german) func germanIsRead(_ written: String, _ spoken: String) throws {
        #expect(try EnglishReadingTests.spoken(written, language: "de") == spoken)
    }

    @Test(arguments: french) func frenchIsRead(_ written: String, _ spoken: String) throws {
        #expect(try EnglishReadingTests.spoken(written, language: "fr-fr") == spoken)
    }

    @Test(arguments: spanish) func spanishIsRead(_ written: String, _ spoken: String) throws {
        #expect(try EnglishReadingTests.spoken(written, language: "es") == spoken)
    }

    static let characters = [
        ("e\u{301}", "é"), ("ﬁne", "fine"), ("ＡＢＣ１２", "ABC12"), ("Ⅳ", "IV"), ("№5", "No.5"), ("℃", "°C"), ("x²", "x^2"), ("10⁻³", "10^-3"), ("½", "1⁄2"), ("3½", "3 1⁄2"), ("①", "1"),
        ("𝐇𝐞𝐥𝐥𝐨", "Hello"), ("𝟓", "5"), ("Dvořák", "Dvorák"), ("Łódź", "Lódz"), ("café", "café"), ("don`t", "don't"), ("don’t", "don't"), ("H₂O", "H2O"), ("㎞", "km"), ("naïve", "naïve"), ("Nguyễn", "Nguyen"),
        ("plain", "plain"), ("東京", "東京"), ("தமிழ்", "தமிழ்"), ("ภาษาไทย", "ภาษาไทย"), ("हिन्दी", "हिन्दी"), ("😀", "😀"),
    ]

    @Test(arguments: characters) func charactersAreFolded(_ written: String, _ folded: String) {
        let result = UnicodeFolding(LanguageData.of(language: "en-us")).folded(written)
        #expect(Array(result.unicodeScalars) == Array(folded.unicodeScalars), "\(result)")
    }

    /// The names and phrases that the grammar asks for are in each language's data.
    @Test(arguments: ["en-us", "en-gb", "de", "fr", "es"]) func dataIsWhole(_ language: String) throws {
        let data = try #require(LanguageData.of(language: language))
        #expect(data.months.count == 12 && data.month(data.months[4].joined().lowercased()) == 5)
        for phrase in ["minus", "plus", "point", "to", "per", "and", "over", "squared", "square", "power"] { #expect(!data.phrase(phrase).isEmpty, "\(phrase)") }
        for value in [0, 1, 9, 16, 20, 30, 60] { #expect(data.words("small", String(value)) != nil, "\(value)") }
        for unit in ["km", "kg", "ml", "°C", "%", "GHz", "kW"] { #expect(data.units[unit] != nil, "\(unit)") }
        for sign in ["€", "$", "£"] { #expect((data.entry("currencies", sign) ?? []).count >= 4) }
    }
}
