//! The file's text: every setting with what it is for.

use super::ask::Known;

/// The whole file.
pub(super) fn of(known: &Known) -> String {
    let mut text = format!("{HEAD}{}", vendors(known));
    text += &brand(known);
    text += PORTFOLIO;
    if let Some(shop) = &known.shop {
        let url = if known.sandbox {
            "# url = \"https://…\"    # absent: the sandbox plays it".to_owned()
        } else {
            format!("url = \"{}\"", shop.url)
        };
        text += &format!(
            "\n# Its shop: orders, stock, refunds. Without this section only its ads are run.\n\
             [brand.shop]\n{url}\n\
             # Customers are answered in the language they write; this one when nothing tells.\n\
             language = \"{}\"\n\
             # Telephone numbers without a prefix are in this country.\n\
             country = \"{}\"\n",
            shop.language, shop.country
        );
    }
    if let Some(inbox) = &known.inbox {
        text += &format!(
            "\n# Its customers. Without this section nobody is answered.\n\
             [brand.service]\ninbox = \"{inbox}\"\n\
             # Most that one refund gives back without a person, and that one customer gets back in 30 days.\n\
             refund_cap = \"50\"\ncustomer_room = \"100\"\n\
             # Most that goes back to customers in a day, and in a month.\n\
             day = \"200\"\nmonth = \"2000\"\n"
        );
    }
    if known.shop.is_some() {
        text += PAYOUTS;
    }
    text
}

/// The variables that its secrets are looked for in.
pub(super) fn secrets(known: &Known) -> Vec<String> {
    if known.sandbox {
        return Vec::new();
    }
    let mut names = vec!["META_ACCESS_TOKEN".to_owned()];
    if known.shop.is_some() {
        let own = known.id.to_uppercase().replace('-', "_");
        names.push(format!("SHOPIFY_TOKEN_{own}"));
        names.push("TRACK17_KEY".to_owned());
        names.push("IDENTITY_KEYS".to_owned());
    }
    if known.inbox.is_some() {
        names.push("AGENTMAIL_KEY".to_owned());
    }
    names
}

fn vendors(known: &Known) -> String {
    let place = |url: &str| {
        if known.sandbox {
            format!("# base_url = \"{url}\"    # absent: the sandbox plays it\n")
        } else {
            format!("base_url = \"{url}\"\n")
        }
    };
    let mut text = format!(
        "\n[meta]\n{}# A call without an answer after this long has an unknown outcome, in milliseconds.\n\
         call_timeout_ms = 10000\n\
         # After this a request that was sent can no longer take effect.\nhorizon_ms = 30000\n\
         # A day gives back what it did not spend once it was read so long after its end, in minutes.\n\
         spend_lag_minutes = 180\n",
        place("https://graph.facebook.com")
    );
    if known.shop.is_some() {
        text += &format!(
            "\n# Parcels on their way.\n[track17]\n{}",
            place("https://api.17track.net/track")
        );
    }
    if known.inbox.is_some() {
        text += &format!(
            "\n# The inboxes of customers. Accounts in the EU use https://api.agentmail.eu.\n[agentmail]\n{}",
            place("https://api.agentmail.to")
        );
    }
    text
}

fn brand(known: &Known) -> String {
    let Known {
        id,
        currency,
        time_zone,
        target_cpa,
        meta_account,
        day_cap,
        ..
    } = known;
    format!(
        "\n[[brand]]\n\
         # Rows and events carry it: choose it once.\n\
         id = \"{id}\"\n\
         # Every amount of the brand is in it.\n\
         currency = \"{currency}\"\n\
         # Its days and months begin at this zone's midnights.\n\
         time_zone = \"{time_zone}\"\n\
         # What one sale may cost.\n\
         target_cpa = \"{target_cpa}\"\n\
         meta_account = \"{meta_account}\"\n\
         # How far the policies are trusted: shadow, suggest, guarded, full. With shadow they only watch.\n\
         autonomy = \"shadow\"\n\n\
         # Most that ads may take. What a running campaign may spend a day is held when the day begins.\n\
         [brand.caps]\n\
         # hour = \"50\"\n\
         day = \"{day_cap}\"\n\
         # month = \"3000\"\n\
         # lifetime = \"20000\"\n"
    )
}

const HEAD: &str = "\
# The configuration of Homeostat. `homeostat check --config FILE` names the first field that is wrong.
# Amounts are texts in the currency's major unit, such as \"20.00\". An unknown key is an error.
# Secrets never stand here: they come from the environment, or from the file that NAME_FILE names.

# How often each brand is looked at, in minutes.
loop_minutes = 30

# Who is told when somebody must look; without a sink nobody is. `homeostat alerts test` tries the way there.
[alerts]
sinks = [
    # { file = \"/var/log/homeostat-alerts.jsonl\" },
    # { webhook = \"https://alerts.example/hook\", headers_from = { Authorization = \"ALERT_TOKEN\" } },
]
";

const PORTFOLIO: &str = "
# How many campaigns should run, and what a new one may spend a day. Without this section none is launched by itself.
# [brand.portfolio]
# campaigns = 2
# test_budget = \"20.00\"    # a quarter of the day's cap at most
# name = \"linen\"    # what their names begin with; absent, the brand's id
";

const PAYOUTS: &str = "
# Whom the brand pays, and from which account at the bank. Nobody is paid who is not on this list.
# [revolut]
# base_url = \"https://b2b.revolut.com\"
# issuer = \"shop.example\"    # the domain that was given with the certificate
# [brand.payouts]
# account = \"…\"
# day = \"1000\"
# month = \"10000\"
# lifetime = \"100000\"
# [[brand.payouts.suppliers]]
# name = \"Weaving mill\"
# counterparty = \"…\"
# account = \"…\"
# cost_percent = 40
# since = \"2026-01-01\"    # the first day whose sales it has a part in
";
