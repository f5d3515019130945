//! How much of the rate limits is used, from the headers that come with each reply.

use reqwest::header::HeaderMap;
use serde_json::Value;

/// Shares of the limits in percent, as far as the headers tell. Headers only appear once there has
/// been some traffic, and nothing depends on them: what cannot be read is left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Ads management (writes and object reads) of the busiest account.
    pub ads_management_pct: Option<u32>,
    /// Insights of the busiest account.
    pub ads_insights_pct: Option<u32>,
    /// The app over all accounts.
    pub app_pct: Option<u32>,
    /// The ad account (older limit).
    pub account_pct: Option<u32>,
    /// Insights throttle of the account.
    pub insights_throttle_pct: Option<u32>,
    /// The vendor's estimate until calls are taken again, in minutes. Zero when not blocked.
    pub regain_access_minutes: Option<u32>,
    /// Until the account's limit resets, in seconds.
    pub account_reset_s: Option<u32>,
}

impl Usage {
    pub(crate) fn from_headers(headers: &HeaderMap) -> Self {
        let mut usage = Self::default();
        if let Some(Value::Object(accounts)) = json(headers, "x-business-use-case-usage") {
            let entries = accounts.values().filter_map(Value::as_array).flatten();
            entries.for_each(|entry| usage.add_use_case(entry));
        }
        if let Some(app) = json(headers, "x-app-usage") {
            usage.app_pct = busiest(&app, &["call_count", "total_time", "total_cputime"]);
        }
        if let Some(account) = json(headers, "x-ad-account-usage") {
            usage.account_pct = busiest(&account, &["acc_id_util_pct"]);
            usage.account_reset_s = busiest(&account, &["reset_time_duration"]);
        }
        if let Some(insights) = json(headers, "x-fb-ads-insights-throttle") {
            let names = ["app_id_util_pct", "acc_id_util_pct"];
            usage.insights_throttle_pct = busiest(&insights, &names);
        }
        usage
    }

    /// The higher of two readings, field by field.
    #[must_use]
    pub fn worse(self, other: Self) -> Self {
        Self {
            ads_management_pct: self.ads_management_pct.max(other.ads_management_pct),
            ads_insights_pct: self.ads_insights_pct.max(other.ads_insights_pct),
            app_pct: self.app_pct.max(other.app_pct),
            account_pct: self.account_pct.max(other.account_pct),
            insights_throttle_pct: self.insights_throttle_pct.max(other.insights_throttle_pct),
            regain_access_minutes: self.regain_access_minutes.max(other.regain_access_minutes),
            account_reset_s: self.account_reset_s.max(other.account_reset_s),
        }
    }

    fn add_use_case(&mut self, entry: &Value) {
        let used = busiest(entry, &["call_count", "total_time", "total_cputime"]);
        let slot = match entry.get("type").and_then(Value::as_str) {
            Some("ads_management") => &mut self.ads_management_pct,
            Some("ads_insights") => &mut self.ads_insights_pct,
            _ => return,
        };
        *slot = (*slot).max(used);
        let regain = busiest(entry, &["estimated_time_to_regain_access"]);
        self.regain_access_minutes = self.regain_access_minutes.max(regain);
    }
}

fn json(headers: &HeaderMap, name: &str) -> Option<Value> {
    serde_json::from_slice(headers.get(name)?.as_bytes()).ok()
}

/// The largest of the named numbers, rounded up, within the range of `u32`.
fn busiest(value: &Value, names: &[&str]) -> Option<u32> {
    names
        .iter()
        .filter_map(|name| value.get(name))
        .filter_map(|number| match number {
            Value::String(text) => text.parse::<f64>().ok(),
            other => other.as_f64(),
        })
        .filter(|number| number.is_finite())
        // A saturating cast: negative gives 0, too large gives the maximum.
        .map(|number| number.ceil() as u32)
        .max()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use reqwest::header::HeaderValue;

    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let pair = |(name, text): &(&'static str, &str)| {
            let name = reqwest::header::HeaderName::from_static(name);
            (name, HeaderValue::from_str(text).unwrap())
        };
        pairs.iter().map(pair).collect()
    }

    #[test]
    fn every_header_is_read() {
        let usage = Usage::from_headers(&headers(&[
            (
                "x-business-use-case-usage",
                r#"{"1001":[{"type":"ads_management","call_count":95,"total_cputime":20,"total_time":20,"estimated_time_to_regain_access":7},{"type":"ads_insights","call_count":3}],"1002":[{"type":"ads_management","call_count":10,"total_time":97.2}]}"#,
            ),
            (
                "x-app-usage",
                r#"{"call_count":28,"total_time":25,"total_cputime":25}"#,
            ),
            (
                "x-ad-account-usage",
                r#"{"acc_id_util_pct":9.67,"reset_time_duration":100}"#,
            ),
            (
                "x-fb-ads-insights-throttle",
                r#"{"app_id_util_pct":"1","acc_id_util_pct":"2"}"#,
            ),
        ]));
        assert_eq!(
            usage,
            Usage {
                ads_management_pct: Some(98),
                ads_insights_pct: Some(3),
                app_pct: Some(28),
                account_pct: Some(10),
                insights_throttle_pct: Some(2),
                regain_access_minutes: Some(7),
                account_reset_s: Some(100),
            }
        );
    }

    proptest! {
        #[test]
        fn garbage_is_left_out(text in "[ -~]{0,80}") {
            let map = headers(&[("x-app-usage", &text), ("x-business-use-case-usage", &text)]);
            let _usage = Usage::from_headers(&map);
        }

        #[test]
        fn any_number_fits(number in any::<f64>()) {
            let text = format!(r#"{{"call_count":{number:?}}}"#);
            let _usage = Usage::from_headers(&headers(&[("x-app-usage", &text)]));
        }
    }
}
