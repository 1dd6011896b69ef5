//! Repeated keys, which JavaScript resolves by "the last value, at the first one's place".
//!
//! Objects come from outside and may hold a million keys, so nothing here is quadratic beyond a handful of them.

/// Up to here comparing each key with each is faster than sorting.
const FEW: usize = 16;

/// Whether any key occurs twice.
pub(super) fn any(keys: &[&[u8]]) -> bool {
    if keys.len() <= FEW {
        let mut rest = keys;
        while let Some((key, later)) = rest.split_first() {
            if later.contains(key) {
                return true;
            }
            rest = later;
        }
        return false;
    }
    let mut sorted = keys.to_vec();
    sorted.sort_unstable();
    sorted.windows(2).any(|pair| pair.first() == pair.last())
}

/// Which values survive, as positions in `keys`, in the order in which their keys first occur.
pub(super) fn survivors(keys: &[&[u8]]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..keys.len()).collect();
    // Stable, so that within one key the positions stay ascending.
    order.sort_by_key(|position| keys.get(*position));
    let mut survivors: Vec<(usize, usize)> = order
        .chunk_by(|a, b| keys.get(*a) == keys.get(*b))
        .filter_map(|twins| Some((*twins.first()?, *twins.last()?)))
        .collect();
    survivors.sort_unstable();
    survivors.into_iter().map(|(_, last)| last).collect()
}
