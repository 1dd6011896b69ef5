//! Judges what sums have come to. A signal is given once per window; what was given before comes in as ids.

use std::collections::{BTreeMap, HashSet};

use super::{
    Budget, Key, Kind, LatencyAlert, Limited, Name, Nanos, Ratios, Sample, Settings, Signal, SignatureAlert,
    Tally, UserLimits, Window, name::user_hash,
};

/// The shares of a budget that are told, the highest first.
const PERCENTS: [u32; 2] = [100, 80];

/// Something that is told unless it was before.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// Tells it from all others, its window included.
    pub id: String,
    /// What need not be told any more where it was.
    pub implies: Vec<String>,
    /// The first hour of its window.
    pub hour: i64,
    /// What is told.
    pub signal: Signal,
}

/// What the rows that changed call for.
pub fn judge(settled: &BTreeMap<Key, Tally>, settings: &Settings) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    for (key, tally) in settled {
        match key.kind {
            Kind::Budget => {
                let budget = settings.budgets.iter().find(|budget| key.name.known() == Some(&budget.key));
                candidates.extend(budget.and_then(|budget| spent(budget, key, tally)));
            }
            Kind::User => {
                let limits = settings.users.filter(|limits| limits.window == Window::Day);
                candidates.extend(limits.into_iter().flat_map(|limits| used(&limits, key, tally)));
            }
            Kind::UserMonth => {
                let limits = settings.users.filter(|limits| limits.window == Window::Month);
                candidates.extend(limits.into_iter().flat_map(|limits| used(&limits, key, tally)));
            }
            Kind::Latency => {
                candidates.extend(settings.latency.iter().filter_map(|alert| slow(alert, key, tally)));
            }
            Kind::Model | Kind::Property(_) | Kind::Counter | Kind::Refused => {}
        }
    }
    candidates
}

fn spent(budget: &Budget, key: &Key, tally: &Tally) -> Option<Candidate> {
    let spend = tally.spend?;
    let is_over = |percent: &u32| {
        u128::from(spend.nanos.0).saturating_mul(100)
            >= u128::from(budget.limit.0).saturating_mul(u128::from(*percent))
    };
    let over: Vec<u32> = PERCENTS.into_iter().filter(is_over).collect();
    // A limit that was changed is another one, and crossed anew.
    let id = |percent: &u32| format!("budget|{}|{}|{percent}|{}", key.hour, budget.key, budget.limit.0);
    let (highest, lower) = over.split_first()?;
    Some(Candidate {
        id: id(highest),
        implies: lower.iter().map(id).collect(),
        hour: key.hour,
        signal: Signal::BudgetCrossed {
            budget: budget.name.clone(),
            percent: *highest,
            spent: spend.nanos,
            limit: budget.limit,
            unknown: spend.unknown,
            window: budget.window.label(key.hour),
        },
    })
}

fn used(limits: &UserLimits, key: &Key, tally: &Tally) -> Vec<Candidate> {
    let (Some(user), Some(usage)) = (key.name.known().map(user_hash), tally.usage) else {
        return Vec::new();
    };
    let all = [
        (Limited::Requests, usage.requests, limits.requests),
        (Limited::Tokens, usage.tokens, limits.tokens),
        (Limited::Cost, usage.nanos.0, limits.cost.map(|Nanos(nanos)| nanos)),
    ];
    let reached = all.into_iter().filter_map(|(what, used, limit)| Some((what, used, limit?)));
    reached
        .filter(|(_, used, limit)| used >= limit)
        .map(|(what, used, limit)| Candidate {
            id: format!("user|{}|{user}|{}|{limit}", key.hour, what.name()),
            implies: Vec::new(),
            hour: key.hour,
            signal: Signal::UserSoftLimit {
                user: user.clone(),
                what,
                used,
                limit,
                window: limits.window.label(key.hour),
            },
        })
        .collect()
}

/// By the lower end of the percentile's bucket: what is told is true, and is told late by at most a tenth.
fn slow(alert: &LatencyAlert, key: &Key, tally: &Tally) -> Option<Candidate> {
    let latency = tally.latency.as_ref()?;
    let requests = latency.each.count();
    if requests < alert.minimum || key.name == Name::Rest || !alert.model.fits(key.name.known()) {
        return None;
    }
    let ms = latency.each.at_least(f64::from(alert.percentile) / 100.0)? as u64;
    (ms >= alert.ms).then(|| Candidate {
        id: format!("latency|{}|{}|{}|{}", key.hour, alert.percentile, alert.ms, key.name),
        implies: Vec::new(),
        hour: key.hour,
        signal: Signal::LatencyHigh {
            model: key.name.known().map(str::to_owned),
            percentile: alert.percentile,
            ms,
            threshold: alert.ms,
            requests,
            window: Window::Hour.label(key.hour),
        },
    })
}

/// Judges requests by what is usual for their model, and adds each to that.
pub fn outliers(name: &Name, ratios: &mut Ratios, samples: &[Sample], settings: &Settings) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    for sample in samples {
        let outlier = settings.outliers.as_ref().and_then(|rule| ratios.judge(sample, rule));
        ratios.add(sample);
        candidates.extend(outlier.map(|outlier| Candidate {
            id: format!("tokens|{}|{name}", sample.hour),
            implies: Vec::new(),
            hour: sample.hour,
            signal: Signal::TokensOutlier {
                delivery_id: sample.delivery_id.clone(),
                model: name.known().map(str::to_owned),
                prompt_tokens: sample.prompt,
                completion_tokens: sample.completion,
                ratio: outlier.ratio,
                usual: outlier.usual,
                deviations: outlier.deviations,
                window: Window::Hour.label(sample.hour),
            },
        }));
    }
    candidates
}

/// Judges how many signatures were refused in the minutes up to this one, by the minutes' rows.
pub fn refused<'a>(
    minute: i64,
    alert: &SignatureAlert,
    row: impl Fn(&Key) -> Option<&'a Tally>,
) -> Option<Candidate> {
    let counts = alert.minutes_until(minute).filter_map(|minute| row(&Key::refused(minute))?.count);
    let failures = counts.fold(0_u64, u64::saturating_add);
    let hour = Key::refused(minute).hour;
    (failures >= alert.failures).then(|| Candidate {
        id: format!("signature|{hour}"),
        implies: Vec::new(),
        hour,
        signal: Signal::SignatureFailures {
            failures,
            minutes: alert.minutes,
            window: Window::Hour.label(hour),
        },
    })
}

/// What is remembered where something is to be told once in a window: that it was, and who was first.
pub fn once(subject: &str, by: &str, at: i64, window_seconds: i64) -> (String, String) {
    let window = at.div_euclid(window_seconds.max(1).saturating_mul(1000));
    let id = format!("once|{subject}|{window}");
    let own = format!("{id}|{by}");
    (id, own)
}

/// What is told now.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fresh {
    /// The signals, by their ids.
    pub signals: Vec<(String, Signal)>,
    /// What is to be remembered as given from now on: ids, each with the first hour of its window.
    pub remember: Vec<(String, i64)>,
}

/// Of these, those that were not given before.
pub fn fresh(candidates: Vec<Candidate>, given: &HashSet<String>) -> Fresh {
    let mut known = given.clone();
    let Fresh { mut signals, mut remember } = Fresh::default();
    for candidate in candidates {
        let is_fresh = !known.contains(&candidate.id);
        for id in std::iter::once(candidate.id.clone()).chain(candidate.implies) {
            if known.insert(id.clone()) {
                remember.push((id, candidate.hour));
            }
        }
        if is_fresh {
            signals.push((candidate.id, candidate.signal));
        }
    }
    Fresh { signals, remember }
}
