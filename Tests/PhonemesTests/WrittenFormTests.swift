import Testing

@testable import Phonemes

/// Written forms that a reader of much text found misread, of each kind several. `⏎` is the end of a line, and `|` that of a sentence.
@Suite("Forms of writing")
struct WrittenFormTests {
    static let english = """
        // Abbreviations that are words too, and where sentences end
        He came in. ⇒ He came in.
        Come in. ⇒ Come in.
        She let him in. He sat. ⇒ She let him in. | He sat.
        Turn it in. Now. ⇒ Turn it in. | Now.
        I gave in. ⇒ I gave in.
        He walked in. She left. ⇒ He walked in. | She left.
        The art. It is good. ⇒ The art. | It is good.
        She loves art. He does not. ⇒ She loves art. | He does not.
        Plan A. Then plan B. ⇒ Plan A. | Then plan B.
        Vitamin C. It helps. ⇒ Vitamin C. | It helps.
        Team B. We won. ⇒ Team B. | We won.
        // Sentences of capitals
        I AM SO HAPPY TODAY ⇒ I am so happy today
        I AM HERE ⇒ I am here
        IT IS OVER ⇒ it is over
        CALL US NOW ⇒ call us now
        JOIN US TODAY ⇒ join us today
        STOP IT ⇒ stop it
        WHO IS THERE ⇒ who is there
        TELL ME WHO DID IT ⇒ tell me who did it
        HE SAT DOWN ⇒ he sat down
        DR. SMITH CALLED ⇒ doctor Smith called
        MR. JONES IS HERE ⇒ mister Jones is here
        // Markdown and HTML
        **bold** text ⇒ bold text
        This is **very** important. ⇒ This is very important.
        **Note:** read this. ⇒ Note: read this.
        *italic* text ⇒ italic text
        the *only* one ⇒ the only one
        # Heading ⇒ Heading
        # Chapter 1 ⇒ Chapter one
        ~~strike~~ ⇒ strike
        ***bold italic*** ⇒ bold italic
        <b>bold</b> ⇒ bold
        See <a href="http://x.com">this</a> and <span class="x">word</span>. ⇒ See this and word.
        Line<br /> break ⇒ Line break
        <p>Hello</p> ⇒ Hello
        Tom &amp; Jerry ⇒ Tom and Jerry
        &quot;Hi&quot; ⇒ Hi
        don&#39;t ⇒ don't
        5&nbsp;km ⇒ five kilometers
        AT&amp;T ⇒ A T and T
        // Thousands and millions, labels and plurals
        100K followers ⇒ one hundred thousand followers
        100K people ⇒ one hundred thousand people
        250K subscribers ⇒ two hundred fifty thousand subscribers
        300K views ⇒ three hundred thousand views
        1.2M views ⇒ one point two million views
        3M users ⇒ three million users
        500M users ⇒ five hundred million users
        2B users ⇒ two billion users
        2.5B people ⇒ two point five billion people
        1200 Park Ave, Apt 3C ⇒ twelve hundred Park avenue, apartment three c
        seat 14C ⇒ seat fourteen c
        Apt 5F ⇒ apartment five f
        Room 12F ⇒ Room twelve f
        Gate 4C ⇒ Gate four c
        Unit 2C ⇒ Unit two c
        seat 12A ⇒ seat twelve A
        iPhone 5C ⇒ iPhone five c
        F-35s ⇒ f thirty five's
        F-16s ⇒ f sixteen's
        B-52s ⇒ b fifty two's
        Boeing 787s ⇒ Boeing seven hundred eighty seven's
        Boeing 747s ⇒ Boeing seven hundred forty seven's
        two 757s ⇒ two seven hundred fifty seven's
        AK-47s ⇒ A K forty seven's
        Size 10s ⇒ Size ten's
        // Verses of the Bible
        Genesis 1:1 ⇒ Genesis one one
        Psalm 23:1-4 ⇒ Psalm twenty three one to four
        Matthew 5:3 ⇒ Matthew five three
        Mark 1:1 ⇒ Mark one one
        Luke 2:1 ⇒ Luke two one
        Exodus 20:3 ⇒ Exodus twenty three
        Isaiah 40:31 ⇒ Isaiah forty thirty one
        1 John 4:8 ⇒ first John four eight
        1 Cor. 13:4-7 ⇒ first Corinthians thirteen four to seven
        2 Tim. 3:16 ⇒ second Timothy three sixteen
        Rev. 21:4 ⇒ Revelation twenty one four
        Gen. 1:1-3 ⇒ Genesis one one to three
        Matt. 5:3 ⇒ Matthew five three
        John 3:16–18 ⇒ John three sixteen to eighteen
        2 Kings 2:11 ⇒ second Kings two eleven
        // Roman numerals and letters
        Group D ⇒ Group D
        Group C ⇒ Group C
        Section C ⇒ Section C
        Part D ⇒ Part D
        Medicare Part D ⇒ Medicare Part D
        Class D ⇒ Class D
        Type C ⇒ Type C
        Appendix C ⇒ Appendix C
        Exhibit C ⇒ Exhibit C
        Malcolm X ⇒ Malcolm X
        Model X ⇒ Model X
        Tesla Model X ⇒ Tesla Model X
        Rocky IV ⇒ Rocky four
        Act II, Scene iii ⇒ Act two, Scene three
        page xii ⇒ page twelve
        Chapter ⅲ ⇒ Chapter three
        // Places
        10 Downing St., London SW1A 2AA ⇒ ten Downing street, London S W one A two A A
        5 Main St., Boston ⇒ five Main street, Boston
        12 Elm Ave., Austin ⇒ twelve Elm avenue, Austin
        9 Oak Rd., Dallas ⇒ nine Oak road, Dallas
        1 King St., London ⇒ one King street, London
        cl. 4 ⇒ clause four
        Rt. 66 ⇒ route sixty six
        S Main St ⇒ south Main street
        N Main St ⇒ north Main street
        N. 5th St. ⇒ north fifth street.
        W. 42nd St. ⇒ west forty second street.
        E 10th St ⇒ east tenth street
        S. Congress Ave ⇒ south Congress avenue
        Elm St. Turn left. ⇒ Elm street Turn left.
        Oak St. Stop there. ⇒ Oak street Stop there.
        Mount St. Helens erupted. ⇒ Mount saint Helens erupted.
        Go to St. Louis. ⇒ Go to saint Louis.
        My card ends in 8876. ⇒ My card ends in eight eight seven six.
        1.234,56 ⇒ one thousand two hundred and thirty four point five six
        // Short forms
        max. 5 and min. 3 ⇒ maximum five and minimum three
        a min. of 5 ⇒ a minimum of five
        min. age 18 ⇒ minimum age eighteen
        min. wage ⇒ minimum wage
        min. order 3 ⇒ minimum order three
        b/c I said so ⇒ because I said so
        Brown v. Board of Education ⇒ Brown versus Board of Education
        Roe v. Wade ⇒ Roe versus Wade
        Smith v. Jones ⇒ Smith versus Jones
        U.S. v. Nixon ⇒ U S versus Nixon
        Kramer v. Kramer ⇒ Kramer versus Kramer
        §§ 12-14 ⇒ sections twelve to fourteen
        §§ 3, 4 ⇒ sections three, four
        gr8 ⇒ great
        m8 ⇒ mate
        w8 ⇒ wait
        l8r ⇒ later
        2day ⇒ today
        2nite ⇒ tonight
        // Fractions
        a 3/4-inch drill ⇒ a three quarters inch drill
        a 1/2-inch pipe ⇒ a one half inch pipe
        1/4-mile track ⇒ one quarter mile track
        ½-inch ⇒ one half inch
        a 1/2-hour show ⇒ a one half hour show
        1-1/2 cups ⇒ one and a half cups
        2-1/2 hours ⇒ two and a half hours
        3-3/4 inches ⇒ three and three quarters inches
        120/80 mmHg ⇒ one hundred twenty over eighty mmHg
        BP 120/80 ⇒ B P one hundred twenty over eighty
        140/90 ⇒ one hundred forty over ninety
        post-9/11 ⇒ post nine eleven
        pre-9/11 ⇒ pre nine eleven
        // Telephones, cards and codes
        Ring +44 (0)20 7946 0958. ⇒ Ring plus four four, zero, two zero, seven nine four six, zero nine five eight.
        +44 (0)161 496 0000 ⇒ plus four four, zero, one six one, four nine six, zero zero zero zero
        +49 (0)30 123456 ⇒ plus four nine, zero, three zero, one two three four five six
        +33 (0)1 23 45 67 89 ⇒ plus three three, zero, one, two three, four five, six seven, eight nine
        Tel: 212/555-1212 ⇒ Tel: two one two, five five five, one two one two
        202/456-1111 ⇒ two zero two, four five six, one one one one
        My card is 4111 1111 1111 1111. ⇒ My card is four one one one, one one one one, one one one one, one one one one.
        4242 4242 4242 4242 ⇒ four two four two, four two four two, four two four two, four two four two
        5500 0000 0000 0004 ⇒ five five zero zero, zero zero zero zero, zero zero zero zero, zero zero zero four
        Your verification code is 482 913. ⇒ Your verification code is four eight two, nine one three.
        My code: 123 456 ⇒ My code: one two three, four five six
        Call 118 118. ⇒ Call one one eight, one one eight.
        Call 111 for advice. ⇒ Call one one one for advice.
        Dial 999 or 112. ⇒ Dial nine nine nine or one hundred and twelve.
        // Measures
        a 100-m dash ⇒ a one hundred meter dash
        a 60-W bulb ⇒ a sixty watt bulb
        a 5-g sample ⇒ a five gram sample
        a 12-V battery ⇒ a twelve volt battery
        a 2-L bottle ⇒ a two liter bottle
        a 400-m race ⇒ a four hundred meter race
        15 in ⇒ fifteen inches
        15 in wide ⇒ fifteen inches wide
        a $5-million house ⇒ a five million dollar house
        a $10-million deal ⇒ a ten million dollar deal
        a €2-million grant ⇒ a two million euro grant
        10 ft x 12 ft ⇒ ten feet by twelve feet
        6' x 4' ⇒ six feet by four feet
        5 cm x 3 cm ⇒ five centimeters by three centimeters
        2m x 3m ⇒ two meters by three meters
        500 users/day ⇒ five hundred users per day
        3 times/week ⇒ three times per week
        10 W/m² ⇒ ten watts per square meter
        // Money
        $5USD ⇒ five U S dollars
        $20USD ⇒ twenty U S dollars
        £10GBP ⇒ ten British pounds
        1,50 € ⇒ one euro fifty cents
        3,99 € ⇒ three euros ninety nine cents
        // Times and dates
        2024-05-03T10:15:00Z ⇒ May third twenty twenty four ten hours fifteen minutes and zero seconds Z
        2023-12-25T08:30:00 ⇒ December twenty fifth twenty twenty three eight hours thirty minutes and zero seconds
        0800 hours ⇒ oh eight hundred hours
        0600 hours ⇒ oh six hundred hours
        at 1800 hrs ⇒ at eighteen hundred hours
        2300 hours ⇒ twenty three hundred hours
        1h30 ⇒ one hour thirty minutes
        2h15 ⇒ two hours fifteen minutes
        8h30 ⇒ eight hours thirty minutes
        May 3–June 5 ⇒ May third to June fifth
        June 28-July 2 ⇒ June twenty eighth to July second
        Dec 30 – Jan 2 ⇒ December thirtieth to January second
        b. 1923 ⇒ born nineteen twenty three
        (d. 1865) ⇒ died eighteen sixty five,
        // Formulas and products
        CH4 ⇒ C H four
        CH2 ⇒ C H two
        NaCl ⇒ N A C L
        CaCO3 ⇒ C A C O three
        CH3COOH ⇒ C H three C O O H
        H2SO4 ⇒ H two S O four
        x != y ⇒ x is not equal to y
        a != b ⇒ A is not equal to b
        if x != 0 ⇒ if x is not equal to zero
        i != j ⇒ i is not equal to j
        4ever ⇒ forever
        a 4-4-2 formation ⇒ a four four two formation
        They are 10-2-1. ⇒ They are ten two one.
        a 50-30-20 rule ⇒ a fifty thirty twenty rule
        3D-printed ⇒ three d printed
        a 3D-printer ⇒ a three d printer
        port 8080 ⇒ port eighty eighty
        RTX 4090 ⇒ R T X forty ninety
        // Words divided between lines
        well-⏎known ⇒ well-known
        self-⏎esteem ⇒ self-esteem
        twenty-⏎one ⇒ twenty-one
        mother-⏎in-law ⇒ mother-in-law
        long-⏎term ⇒ long-term
        """

    static let german = """
        Das ist gut so. ⇒ Das ist gut so.
        So ist es nicht so. ⇒ So ist es nicht so.
        Mach es so. Dann geh. ⇒ Mach es so. | Dann geh.
        Es bleibt so. ⇒ Es bleibt so.
        Ich will es so. ⇒ Ich will es so.
        Warum denn so. ⇒ Warum denn so.
        1 Kind ⇒ ein Kind
        1 Frau ⇒ eine Frau
        1 Mann ⇒ ein Mann
        1 Tag ⇒ ein Tag
        1 Person ⇒ eine Person
        1 Jahr ⇒ ein Jahr
        1 Woche ⇒ eine Woche
        5:3 ⇒ fünf zu drei
        Tore 5:3 ⇒ Tore fünf zu drei
        Ergebnis 2:1 ⇒ Ergebnis zwei zu eins
        ein 3:0 ⇒ ein drei zu null
        Spiel endete 1:1 ⇒ Spiel endete eins zu eins
        Maßstab 1:100 ⇒ Maßstab eins zu einhundert
        gewann 4:2 ⇒ gewann vier zu zwei
        Fr. Schulz ⇒ Frau Schulz
        Fr. Müller ⇒ Frau Müller
        Sehr geehrte Fr. Meier ⇒ Sehr geehrte Frau Meier
        Hr. und Fr. Weber ⇒ Herr und Frau Weber
        Fr. Dr. Koch ⇒ Frau Doktor Koch
        Hauptstr. 12 ⇒ Hauptstraße zwölf
        Bahnhofstr. 5 ⇒ Bahnhofstraße fünf
        in der Gartenstr. 7 ⇒ in der Gartenstraße sieben
        Goethestr. 3, Berlin ⇒ Goethestraße drei, Berlin
        44 v. Chr. ⇒ vierundvierzig vor Christus.
        A4 ⇒ a vier
        A4-Papier ⇒ a vier Papier
        Audi A6 ⇒ Audi a sechs
        A380 ⇒ a dreihundertachtzig
        A7 ⇒ a sieben
        1.-3. Mai ⇒ erster bis dritter Mai
        3./4. Mai ⇒ dritter und vierter Mai
        am 1. ⇒ am ersten.
        der 1. ⇒ der erste.
        Elisabeth II. starb ⇒ Elisabeth die zweite starb
        Katharina II. ⇒ Katharina die zweite.
        II. Weltkrieg ⇒ zweiter Weltkrieg
        """

    static let french = """
        C'est un jeu. ⇒ C'est un jeu.
        Il aime le jeu. ⇒ Il aime le jeu.
        Elle gagne le jeu. Il part. ⇒ Elle gagne le jeu. | Il part.
        Quel beau jeu. ⇒ Quel beau jeu.
        On arrête le jeu. ⇒ On arrête le jeu.
        Fin du jeu. ⇒ Fin du jeu.
        Il voit le vol. Elle part. ⇒ Il voit le vol. | Elle part.
        Ils sont sept. Elle part. ⇒ Ils sont sept. | Elle part.
        Un beau vol. Il atterrit. ⇒ Un beau vol. | Il atterrit.
        Nous étions sept. Il pleut. ⇒ Nous étions sept. | Il pleut.
        1 page ⇒ une page
        1 femme ⇒ une femme
        1 minute ⇒ une minute
        21 pages ⇒ vingt-et-une pages
        31 personnes ⇒ trente-et-une personnes
        21 heures ⇒ vingt-et-une heures
        janv. 2024 ⇒ janvier deux mille vingt-quatre
        déc. 2020 ⇒ décembre deux mille vingt
        avr. 2021 ⇒ avril deux mille vingt-et-un
        juil. 2022 ⇒ juillet deux mille vingt-deux
        oct. 2022 ⇒ octobre deux mille vingt-deux
        N° 12 ⇒ numéro douze
        N° 5 ⇒ numéro cinq
        nº 5 ⇒ numéro cinq
        le 14/07 ⇒ le quatorze juillet
        le 25/12 ⇒ le vingt-cinq décembre
        A4 ⇒ a quatre
        200 ⇒ deux cents
        300 ⇒ trois cents
        200 euros ⇒ deux cents euros
        """

    static let spanish = """
        1 mujer ⇒ una mujer
        1 hombre ⇒ un hombre
        1 día ⇒ un día
        1 casa ⇒ una casa
        1 hora ⇒ una hora
        21 años ⇒ veintiún años
        31 días ⇒ treinta y un días
        41 euros ⇒ cuarenta y un euros
        21 mujeres ⇒ veintiuna mujeres
        101 días ⇒ ciento un días
        200 personas ⇒ doscientas personas
        300 páginas ⇒ trescientas páginas
        500 libras ⇒ quinientas libras
        700 mujeres ⇒ setecientas mujeres
        Isabel II ⇒ Isabel segunda
        Isabel I ⇒ Isabel primera
        Catalina II ⇒ Catalina segunda
        Isabel II reinó ⇒ Isabel segunda reinó
        EE. UU. ⇒ Estados Unidos.
        los EE. UU. ⇒ los Estados Unidos.
        en EE. UU. ⇒ en Estados Unidos.
        Dña. Ana ⇒ doña Ana
        Dña. María ⇒ doña María
        C/ Mayor, 5 ⇒ calle Mayor, cinco
        C/ Goya ⇒ calle Goya
        ene. 2024 ⇒ enero de dos mil veinticuatro
        feb. 2023 ⇒ febrero de dos mil veintitrés
        dic. 2020 ⇒ diciembre de dos mil veinte
        1 kg ⇒ un kilogramo
        Mª José ⇒ María José
        nº 5 ⇒ número cinco
        A4 ⇒ a cuatro
        """

    private func readings(_ table: String) -> [(String, String)] {
        table.split(separator: "\n").filter { !$0.hasPrefix("//") }.map { line in
            let parts = line.split(separator: " ⇒ ").map(String.init)
            return (parts[0].replacing("⏎", with: "\n"), parts[1])
        }
    }

    @Test(arguments: [("en-us", english), ("de", german), ("fr-fr", french), ("es", spanish)])
    func formsAreRead(_ language: String, _ table: String) throws {
        let phonemizer = try Phonemizer(language: language)
        let readings = readings(table)
        #expect(readings.count > 20)
        for (written, expected) in readings {
            var reader = TextReader(phonemizer, text: written)
            var sentences: [String] = []
            while let words = try reader.nextWords() { sentences.append(words.description) }
            #expect(sentences.joined(separator: " | ") == expected, "\(written)")
        }
    }

    /// Rows of marks, which no rule should look through again and again, and brackets that open nothing.
    @Test(arguments: ["a-", "1-2-3-", "1/2/", ".", "'", "1:2:", "*", "[", "[[", "1,", "(a", "x=", "@"])
    func longRowsEnd(_ part: String) throws {
        let text = String(repeating: part, count: 20_000 / part.count) + " end."
        var reader = TextReader(try Phonemizer(), text: text)
        var last: SentenceWords?
        while let words = try reader.nextWords() { last = words }
        #expect(last?.words.last?.spoken == "end")
    }
}
