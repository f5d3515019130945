//! Where a parcel is on its way. What the vendor adds later is kept as it was written.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::read::{WORD_MAX, clean};

/// The main status. None of them is final: a delivered parcel may be reported lost, an expired one may arrive.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Status {
    /// The carrier does not know it (yet).
    NotFound,
    /// Announced to the carrier, not handed over.
    InfoReceived,
    /// On its way.
    InTransit,
    /// Under way for long without an update.
    Expired,
    /// Waits to be collected.
    AvailableForPickup,
    /// On its last way.
    OutForDelivery,
    /// Could not be handed over.
    DeliveryFailure,
    /// Handed over, as the carrier says.
    Delivered,
    /// Returned, lost, damaged, held by customs or the like.
    Exception,
    /// A word that this client does not know, as it was sent.
    Unknown(String),
}

/// The status in detail, such as `InTransit_CustomsProcessing`, as it was sent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct SubStatus(String);

/// All words that 17TRACK documents.
const SUB_STATUSES: [&str; 30] = [
    "NotFound_Other",
    "NotFound_InvalidCode",
    "InfoReceived",
    "InTransit_PickedUp",
    "InTransit_Other",
    "InTransit_Departure",
    "InTransit_Arrival",
    "InTransit_CustomsProcessing",
    "InTransit_CustomsReleased",
    "InTransit_CustomsRequiringInformation",
    "Expired_Other",
    "AvailableForPickup_Other",
    "OutForDelivery_Other",
    "DeliveryFailure_Other",
    "DeliveryFailure_NoBody",
    "DeliveryFailure_Security",
    "DeliveryFailure_Rejected",
    "DeliveryFailure_InvalidAddress",
    "Delivered_Other",
    "Exception_Other",
    "Exception_Returning",
    "Exception_Returned",
    "Exception_NoBody",
    "Exception_Security",
    "Exception_Damage",
    "Exception_Rejected",
    "Exception_Delayed",
    "Exception_Lost",
    "Exception_Destroyed",
    "Exception_Cancel",
];

impl Status {
    /// As 17TRACK writes it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::NotFound => "NotFound",
            Self::InfoReceived => "InfoReceived",
            Self::InTransit => "InTransit",
            Self::Expired => "Expired",
            Self::AvailableForPickup => "AvailableForPickup",
            Self::OutForDelivery => "OutForDelivery",
            Self::DeliveryFailure => "DeliveryFailure",
            Self::Delivered => "Delivered",
            Self::Exception => "Exception",
            Self::Unknown(text) => text,
        }
    }
}

impl SubStatus {
    /// As it was sent, cut to a length that can be stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether 17TRACK documents it. Another one is to be reported, and means no more than its main status.
    pub fn is_known(&self) -> bool {
        SUB_STATUSES.contains(&self.0.as_str())
    }
}

impl From<String> for Status {
    fn from(text: String) -> Self {
        match text.as_str() {
            "NotFound" => Self::NotFound,
            "InfoReceived" => Self::InfoReceived,
            "InTransit" => Self::InTransit,
            "Expired" => Self::Expired,
            "AvailableForPickup" => Self::AvailableForPickup,
            "OutForDelivery" => Self::OutForDelivery,
            "DeliveryFailure" => Self::DeliveryFailure,
            "Delivered" => Self::Delivered,
            "Exception" => Self::Exception,
            other => Self::Unknown(clean(other, WORD_MAX)),
        }
    }
}

impl From<Status> for String {
    fn from(status: Status) -> Self {
        status.as_str().to_owned()
    }
}

impl From<String> for SubStatus {
    fn from(text: String) -> Self {
        Self(clean(&text, WORD_MAX))
    }
}

impl From<SubStatus> for String {
    fn from(status: SubStatus) -> Self {
        status.0
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for SubStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_nine_words_are_known_and_any_other_is_kept() {
        for word in [
            "NotFound",
            "InfoReceived",
            "InTransit",
            "Expired",
            "AvailableForPickup",
            "OutForDelivery",
            "DeliveryFailure",
            "Delivered",
            "Exception",
        ] {
            let status = Status::from(word.to_owned());
            assert!(!matches!(status, Status::Unknown(_)), "{word}");
            assert_eq!(status.as_str(), word);
        }
        // A word in another case is another word: nobody promised that it means the same.
        for word in ["delivered", "HeldByDrone", ""] {
            let status = Status::from(word.to_owned());
            assert_eq!(status, Status::Unknown(word.to_owned()));
            let text = serde_json::to_string(&status).unwrap();
            assert_eq!(serde_json::from_str::<Status>(&text).unwrap(), status);
        }
    }

    #[test]
    fn a_new_sub_status_is_kept_and_told_apart() {
        assert!(SubStatus::from("Exception_Lost".to_owned()).is_known());
        let new = SubStatus::from("InTransit_HeldByDrone\u{0}".to_owned());
        assert!(!new.is_known());
        assert_eq!(new.as_str(), "InTransit_HeldByDrone");
    }
}
