//! What was found, told as it is found.

use serde_json::{Value, json};

use crate::cli::{
    exit::Failure,
    output::{Output, plain},
};

/// The findings so far.
pub struct Report<'a, 'b> {
    output: &'a mut Output<'b>,
    good: u32,
    bad: u32,
    skipped: u32,
}

impl<'a, 'b> Report<'a, 'b> {
    pub(super) fn new(output: &'a mut Output<'b>) -> Self {
        Self { output, good: 0, bad: 0, skipped: 0 }
    }

    /// Something is as it should be.
    pub(super) fn good(&mut self, check: &str, said: &str) -> Result<(), Failure> {
        self.good = self.good.saturating_add(1);
        self.tell("ok", check, said)
    }

    /// Something is not.
    pub(super) fn bad(&mut self, check: &str, said: &str) -> Result<(), Failure> {
        self.bad = self.bad.saturating_add(1);
        self.tell("failed", check, said)
    }

    /// Something could not be looked at, or was not to be.
    pub(super) fn skipped(&mut self, check: &str, said: &str) -> Result<(), Failure> {
        self.skipped = self.skipped.saturating_add(1);
        self.tell("skipped", check, said)
    }

    /// Something that the deployment has looked at itself.
    pub(super) fn of(&mut self, check: &Value) -> Result<(), Failure> {
        let text = |name: &str| check.get(name).and_then(Value::as_str);
        let name = text("name").unwrap_or_default();
        match text("problem") {
            None => self.good(name, ""),
            Some(problem) => self.bad(name, problem),
        }
    }

    /// The sum of it, and how the command ends.
    pub(super) fn end(self) -> Result<(), Failure> {
        let Self { output, good, bad, skipped } = self;
        if !output.is_json {
            output.line("")?;
            output.line(&format!("{good} ok, {bad} failed, {skipped} skipped"))?;
        }
        if bad == 0 { Ok(()) } else { Err(Failure::no()) }
    }

    fn tell(&mut self, result: &str, check: &str, said: &str) -> Result<(), Failure> {
        match self.output.is_json {
            true => self.output.json(&json!({"check": check, "result": result, "said": said}))?,
            false => {
                let line = format!("{result:8} {:34} {}", plain(check), plain(said));
                self.output.line(line.trim_end())?;
            }
        }
        Ok(())
    }
}
