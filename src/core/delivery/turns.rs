//! Whose turn it is in a batch: several endpoints share the few connections of one invocation, and none may take them all
//! while others wait.

/// One endpoint's share of a batch.
#[derive(Clone, Copy, Debug)]
struct Share {
    waiting: usize,
    flying: usize,
}

/// The order in which a batch's deliveries are sent: one endpoint's after another's, with at most half of the places for one
/// endpoint where there are several. So there are few endpoints at a time whose attempts were made and not recorded yet, which
/// is what a crash repeats.
#[derive(Clone, Debug)]
pub struct Turns {
    shares: Vec<Share>,
    most: usize,
}

impl Turns {
    /// From the number of deliveries of each endpoint, and how many may be on their way at once.
    pub fn new(sizes: &[usize], places: usize) -> Self {
        let shares: Vec<Share> = sizes.iter().map(|&waiting| Share { waiting, flying: 0 }).collect();
        let busy = shares.iter().filter(|share| share.waiting > 0).count();
        let most = if busy > 1 { places.div_ceil(2) } else { places };
        Self { shares, most }
    }

    /// The endpoint whose next delivery is to be sent now; `None` where no one's can be.
    pub fn take(&mut self) -> Option<usize> {
        let most = self.most;
        let at = self.shares.iter().position(|share| share.waiting > 0 && share.flying < most)?;
        let share = self.shares.get_mut(at)?;
        share.waiting = share.waiting.saturating_sub(1);
        share.flying = share.flying.saturating_add(1);
        Some(at)
    }

    /// One of an endpoint's deliveries has ended. Says whether it was the last one.
    pub fn done(&mut self, at: usize) -> bool {
        let Some(share) = self.shares.get_mut(at) else { return true };
        share.flying = share.flying.saturating_sub(1);
        share.flying == 0 && share.waiting == 0
    }

    /// Sends no more of an endpoint's deliveries.
    pub fn stop(&mut self, at: usize) {
        if let Some(share) = self.shares.get_mut(at) {
            share.waiting = 0;
        }
    }
}
