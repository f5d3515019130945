//! Customers.

use std::fmt;

use homeostat_model::WorldTime;

use super::{
    client::{Client, Reply},
    documents::CUSTOMERS,
    faults::Error,
    ids::CustomerId,
    order_parts::contact,
    page::{Page, Paging, Updated},
    read,
};
use crate::wire::{Object, WireError};

/// A customer. Personal data.
#[derive(Clone, PartialEq, Eq)]
pub struct Customer {
    /// Their id.
    pub id: CustomerId,
    /// Since when they are known.
    pub created_at: WorldTime,
    /// When anything of it last changed.
    pub updated_at: WorldTime,
    /// Where they are written to.
    pub email: Option<String>,
    /// Where they are called.
    pub phone: Option<String>,
    /// Their language, such as `de` or `en-GB`.
    pub locale: Option<String>,
    /// How often they have ordered.
    pub orders: u64,
}

impl fmt::Debug for Customer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Customer")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// A page of the customers that changed within a window, the longest unchanged first.
    ///
    /// # Errors
    /// See [`Error`]; a read has no unknown outcome. Without access to protected data it is `PermissionMissing`.
    pub async fn customers_page(
        &self,
        updated: Updated,
        paging: &Paging,
    ) -> Result<Reply<Page<Customer>>, Error> {
        self.page(&CUSTOMERS, paging, updated.filter(), read).await
    }
}

pub(crate) fn read(item: &Object<'_>) -> Result<Customer, WireError> {
    let (email, phone) = contact(item)?;
    Ok(Customer {
        id: item.parse("id")?,
        created_at: read::time(item, "createdAt")?,
        updated_at: read::time(item, "updatedAt")?,
        email,
        phone,
        locale: read::text_opt(item, "locale")?,
        orders: read::big_count(item, "numberOfOrders")?,
    })
}
