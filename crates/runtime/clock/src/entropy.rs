//! Seeds form a tree: each user of chance gets a child by name, so adding one draw for one of them
//! does not reshuffle the others.

use rand::{SeedableRng, TryRng, rngs::SysRng};
use rand_chacha::ChaCha8Rng;
use sha2::{Digest, Sha256};

/// A node of the tree of seeds.
#[derive(Debug, Clone)]
pub struct Entropy([u8; 32]);

impl Entropy {
    /// The root that a person's seed number stands for.
    pub fn from_seed(seed: u64) -> Self {
        Self(Sha256::digest(seed.to_le_bytes()).into())
    }

    /// A root from the operating system.
    ///
    /// # Errors
    /// When the system has no entropy to give.
    pub fn from_system() -> std::io::Result<Self> {
        let mut bytes = [0; 32];
        SysRng
            .try_fill_bytes(&mut bytes)
            .map_err(std::io::Error::other)?;
        Ok(Self(bytes))
    }

    /// The child with this name. The same name gives the same child.
    #[must_use]
    pub fn child(&self, name: &str) -> Self {
        Self(
            Sha256::new()
                .chain_update(self.0)
                .chain_update(name)
                .finalize()
                .into(),
        )
    }

    /// A generator at the start of this node's sequence.
    pub fn rng(&self) -> ChaCha8Rng {
        ChaCha8Rng::from_seed(self.0)
    }
}
