//! Which words and signs stand for a currency.

use homeostat_model::Currency;

/// ISO 4217 codes of money in use.
const CODES: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD \
    CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL \
    HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD \
    MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR \
    SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV \
    WST XAF XCD XOF XPF YER ZAR ZMW";

/// Words in small letters, whole words only.
const WORDS: &[(&str, &str)] = &[
    ("eur", "EUR"),
    ("euro", "EUR"),
    ("euros", "EUR"),
    ("euroen", "EUR"),
    ("teuro", "EUR"),
    ("eurs", "EUR"),
    ("usd", "USD"),
    ("dollar", "USD"),
    ("dollars", "USD"),
    ("bucks", "USD"),
    ("dólares", "USD"),
    ("dolares", "USD"),
    ("dollari", "USD"),
    ("dolar", "USD"),
    ("dólar", "USD"),
    ("gbp", "GBP"),
    ("pound", "GBP"),
    ("pounds", "GBP"),
    ("quid", "GBP"),
    ("pfund", "GBP"),
    ("libras", "GBP"),
    ("sterline", "GBP"),
    ("pond", "GBP"),
    ("livres", "GBP"),
    ("sterling", "GBP"),
    ("kr", "DKK"),
    ("kroner", "DKK"),
    ("krone", "DKK"),
    ("kronen", "DKK"),
    ("dkk", "DKK"),
    ("coronas", "DKK"),
    ("corone", "DKK"),
    ("couronnes", "DKK"),
    ("sek", "SEK"),
    ("nok", "NOK"),
    ("chf", "CHF"),
    ("franken", "CHF"),
    ("pln", "PLN"),
    ("yen", "JPY"),
];

/// Whether amounts of a currency can be read back.
pub(crate) fn is_known(currency: Currency) -> bool {
    CODES
        .split_whitespace()
        .any(|code| code == currency.as_str())
}

/// The currency of a sign.
pub(super) fn of_sign(sign: char) -> Option<Currency> {
    let code = match sign {
        '€' => "EUR",
        '$' => "USD",
        '£' => "GBP",
        '¥' => "JPY",
        _ => return None,
    };
    code.parse().ok()
}

/// The currency of a word: an ISO code in capitals, or a name.
pub(super) fn of_word(word: &str) -> Option<Currency> {
    if CODES.split_whitespace().any(|code| code == word) {
        return word.parse().ok();
    }
    let low = word.to_lowercase();
    let (_, code) = WORDS.iter().find(|(name, _)| *name == low)?;
    code.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_codes_and_names_are_known() {
        let eur = "EUR".parse().ok();
        assert_eq!(of_sign('€'), eur);
        assert_eq!(of_word("EUR"), eur);
        assert_eq!(of_word("Euros"), eur);
        assert_eq!(of_word("all"), None, "a code in small letters is a word");
        assert!(is_known("ISK".parse().unwrap()) && !is_known("ZZZ".parse().unwrap()));
    }
}
