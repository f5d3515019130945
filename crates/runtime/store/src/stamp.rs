//! `timestamptz` on the wire: the one place where sqlx meets jiff.

use homeostat_model::{RuntimeTime, WorldTime};
use jiff::Timestamp;
use sqlx::{
    Decode, Encode, Postgres, Type,
    encode::IsNull,
    error::BoxDynError,
    postgres::{PgArgumentBuffer, PgHasArrayType, PgTypeInfo, PgValueRef},
};

/// Microseconds from 1970 to 2000, where Postgres starts counting.
const POSTGRES_EPOCH_MICROS: i64 = 946_684_800_000_000;

/// An instant in a column. It becomes a [`WorldTime`] or a [`RuntimeTime`] where it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp(pub Timestamp);

impl Stamp {
    /// This column holds the database's time.
    pub fn runtime(self) -> RuntimeTime {
        RuntimeTime(self.0)
    }

    /// This column holds the controlled world's time.
    pub fn world(self) -> WorldTime {
        WorldTime(self.0)
    }
}

impl From<RuntimeTime> for Stamp {
    fn from(time: RuntimeTime) -> Self {
        Self(time.0)
    }
}

impl From<WorldTime> for Stamp {
    fn from(time: WorldTime) -> Self {
        Self(time.0)
    }
}

impl Type<Postgres> for Stamp {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_name("timestamptz")
    }
}

impl PgHasArrayType for Stamp {
    fn array_type_info() -> PgTypeInfo {
        PgTypeInfo::with_name("_timestamptz")
    }
}

impl Encode<'_, Postgres> for Stamp {
    fn encode_by_ref(&self, buf: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        let micros = self.0.as_microsecond() - POSTGRES_EPOCH_MICROS;
        <i64 as Encode<Postgres>>::encode(micros, buf)
    }
}

impl Decode<'_, Postgres> for Stamp {
    fn decode(value: PgValueRef<'_>) -> Result<Self, BoxDynError> {
        let micros = <i64 as Decode<Postgres>>::decode(value)?;
        let since_1970 = micros
            .checked_add(POSTGRES_EPOCH_MICROS)
            .ok_or("timestamp out of range")?;
        Ok(Self(Timestamp::from_microsecond(since_1970)?))
    }
}
