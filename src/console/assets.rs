//! Where the files are that pages load: under names that change with what is in them, so that browsers may keep them for good.
//!
//! `scripts/lib/assets.mjs` gives them the same names when it fills `public/`.

/// The style sheets, in their order: of the frame, of the parts of pages, and of single pages.
pub const STYLES: [Asset; 3] = [
    Asset::new("frame", "css", include_bytes!("../../web/console/frame.css")),
    Asset::new("parts", "css", include_bytes!("../../web/console/parts.css")),
    Asset::new("places", "css", include_bytes!("../../web/console/places.css")),
];
/// What brings pages to life.
pub const SCRIPT: Asset = Asset::new("console", "js", include_bytes!("../../web/console/console.js"));
/// What shows deliveries as they come.
pub const TAIL: Asset = Asset::new("tail", "js", include_bytes!("../../web/console/tail.js"));
/// The icon.
pub const ICON: Asset = Asset::new("icon", "svg", include_bytes!("../../web/console/icon.svg"));

/// Of the libraries the version is the name: `package.json` pins them.
pub const HTMX: &str = "/assets/htmx-4.0.1.js";
/// Likewise.
pub const UPLOT: &str = "/assets/uplot-1.6.32.js";
/// Likewise.
pub const UPLOT_STYLE: &str = "/assets/uplot-1.6.32.css";

/// A file of ours.
pub struct Asset {
    name: &'static str,
    extension: &'static str,
    hash: u64,
}

impl Asset {
    const fn new(name: &'static str, extension: &'static str, content: &[u8]) -> Self {
        Self { name, extension, hash: fnv(content) }
    }

    /// Its path.
    pub fn path(&self) -> String {
        format!("/assets/{}-{:016x}.{}", self.name, self.hash, self.extension)
    }
}

/// FNV-1a. Two versions of a file have to differ in it, which is no question of security; it is worked out while compiling, so that
/// the Worker carries the name and not the file.
const fn fnv(content: &[u8]) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut rest = content;
    while let [byte, others @ ..] = rest {
        hash = (hash ^ *byte as u64).wrapping_mul(0x0100_0000_01b3);
        rest = others;
    }
    hash
}
