//! A visit as one HTML page that needs no server: the map, what happened when and why, the panel, the commentary to hear.

use crate::commands::show;
use crate::draw::escape;
use crate::say;
use crate::words::Ui;
use alloclap_core::catalogue::{CommentaryView, PanelView, PictureView, Told};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use std::fmt::Write as _;

/// A file that the page carries in itself.
pub struct Embedded {
    /// Its media type.
    pub media_type: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Something that happened on the walk.
pub struct Moment {
    /// When, as a clock since the first fix.
    pub clock: String,
    /// What.
    pub what: String,
    /// Why.
    pub why: String,
}

/// What the page tells.
pub struct Visit<'a> {
    /// The language of the page.
    pub ui: Ui,
    /// The trail's name.
    pub trail: &'a Told,
    /// What the trail is about.
    pub about: Option<&'a Told>,
    /// Its facts, in one line.
    pub facts: String,
    /// The map (SVG).
    pub map: String,
    /// What happened.
    pub moments: Vec<Moment>,
    /// The panel that was scanned.
    pub panel: Option<&'a PanelView>,
    /// The photograph that was scanned.
    pub photo: Option<Embedded>,
    /// The pictures of the panel that are on this machine.
    pub pictures: Vec<(&'a PictureView, Embedded)>,
    /// The commentary that was played.
    pub commentary: Option<(&'a CommentaryView, Embedded)>,
}

const STYLE: &str = "\
:root{color-scheme:light dark}\
body{font:17px/1.55 system-ui,sans-serif;max-width:52rem;margin:0 auto;padding:1.2rem;color:#1a1a1a;background:#fff}\
h1{line-height:1.15;margin:.2em 0}h2{margin-top:2.2em;border-bottom:2px solid #f2b134;padding-bottom:.2em}\
.facts,.why,.credit{color:#555}.why,.credit{font-size:.85em}svg,img{max-width:100%;height:auto;border-radius:6px}\
ol.moments{list-style:none;padding:0}ol.moments li{display:grid;grid-template-columns:4.5rem 1fr;margin:.5em 0}\
ol.moments time{font-variant-numeric:tabular-nums;color:#555}\
blockquote{margin:1em 0;padding:.6em 1em;border-left:6px solid #f2b134;background:#faf5e8;font-size:1.08em}\
.code{font:700 1.1em ui-monospace,monospace;letter-spacing:.06em}audio{width:100%}figure{margin:1em 0}\
@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}.facts,.why,.credit,ol.moments time{color:#bbb}\
blockquote{background:#2a2618}a{color:#8ab4f8}}";

/// The page.
pub fn html(visit: &Visit<'_>) -> String {
    let ui = visit.ui;
    let mut out = String::new();
    let mut add = |text: &str| {
        out.push_str(text);
        out.push('\n');
    };
    let title = escape(&visit.trail.text);
    add(&format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title} – AlloClap</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<main>",
        ui.pick("en", "fr")
    ));
    add(&format!(
        "<p class=\"facts\">{}</p>",
        ui.pick("A visit with AlloClap", "Une visite avec AlloClap")
    ));
    add(&format!("<h1>{}</h1>", told(ui, visit.trail)));
    if let Some(about) = visit.about {
        add(&format!("<p>{}</p>", told(ui, about)));
    }
    add(&format!("<p class=\"facts\">{}</p>", escape(&visit.facts)));
    if let Some(panel) = visit.panel {
        add(&panel_section(visit, panel));
    }
    if let Some((commentary, sound)) = &visit.commentary {
        add(&commentary_section(ui, commentary, sound));
    }
    add(&format!(
        "<section>\n<h2>{}</h2>\n{}",
        ui.pick("The walk", "La marche"),
        visit.map
    ));
    add("<ol class=\"moments\">");
    for moment in &visit.moments {
        add(&format!(
            "<li><time>{}</time><div>{}<br><span class=\"why\">{}</span></div></li>",
            moment.clock,
            escape(&moment.what),
            escape(&moment.why)
        ));
    }
    add("</ol>\n</section>\n</main>\n</body>\n</html>");
    out
}

fn panel_section(visit: &Visit<'_>, panel: &PanelView) -> String {
    let ui = visit.ui;
    let mut out = format!(
        "<section>\n<h2>{}</h2>\n<p><strong>{}</strong> · {}<br><span class=\"code\">{}</span></p>\n",
        ui.pick("The panel that was scanned", "Le panneau scanné"),
        escape(&show::film_title(&panel.film.brief)),
        escape(&show::where_it_is(&panel.place)),
        escape(&panel.code)
    );
    let mut add = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    if let Some(infoclap) = &panel.infoclap {
        add(format!("<blockquote>{}</blockquote>", told(ui, infoclap)));
    }
    if let Some(photo) = &visit.photo {
        let alt = ui.pick(
            "Photograph of the panel with its flashcode",
            "Photographie du panneau avec son flashcode",
        );
        add(figure(photo, alt, ""));
    }
    for (picture, file) in &visit.pictures {
        let alt = picture.alt.as_ref().map_or("", |alt| alt.text.as_str());
        add(figure(file, alt, &picture.credit));
    }
    let makers: Vec<String> = panel
        .film
        .makers
        .iter()
        .map(|maker| escape(&maker.name))
        .collect();
    if !makers.is_empty() {
        add(format!(
            "<p>{} {}</p>",
            ui.pick("Made by", "Une œuvre de"),
            makers.join(", ")
        ));
    }
    let clips: Vec<String> = panel
        .clips
        .iter()
        .filter_map(|clip| clip_item(ui, clip))
        .collect();
    if !clips.is_empty() {
        add(format!("<ul>{}</ul>", clips.join("")));
    }
    add("</section>".to_owned());
    out
}

fn clip_item(ui: Ui, clip: &alloclap_core::catalogue::ClipView) -> Option<String> {
    let (link, host) = (clip.link.as_ref()?, clip.host.as_ref()?);
    // Only addresses that a browser opens as pages; anything else could run in this one.
    if !(link.starts_with("https://") || link.starts_with("http://")) {
        return None;
    }
    let title = clip
        .title
        .as_ref()
        .map_or_else(|| escape(host), |title| told(ui, title));
    Some(format!(
        "<li><a href=\"{}\" rel=\"noreferrer\">{title}</a> <span class=\"credit\">{}</span></li>",
        escape(link),
        say!(ui, "opens {}", "ouvre {}", escape(host))
    ))
}

fn commentary_section(ui: Ui, commentary: &CommentaryView, sound: &Embedded) -> String {
    let voice = if commentary.synthetic {
        ui.pick("synthetic voice", "voix de synthèse")
    } else {
        commentary.voice.as_str()
    };
    format!(
        "<section>\n<h2>{}</h2>\n<p class=\"facts\">{} · {} · {}</p>\n<audio controls src=\"{}\"></audio>\n\
         <p lang=\"{}\">{}</p>\n<p class=\"credit\">{}</p>\n</section>",
        ui.pick("The commentary that was played", "Le commentaire écouté"),
        escape(&ui.language(&commentary.language)),
        ui.clock(i64::try_from(commentary.duration_ms).unwrap_or(i64::MAX)),
        escape(voice),
        data_url(sound),
        escape(commentary.language.as_str()),
        escape(&commentary.transcript),
        escape(&commentary.credit)
    )
}

fn figure(file: &Embedded, alt: &str, credit: &str) -> String {
    let mut out = format!("<figure><img src=\"{}\" alt=\"{}\">", data_url(file), escape(alt));
    if !credit.is_empty() {
        // Writing to a String cannot fail.
        let _ = write!(
            out,
            "<figcaption class=\"credit\">{}</figcaption>",
            escape(credit)
        );
    }
    out.push_str("</figure>");
    out
}

fn data_url(file: &Embedded) -> String {
    format!(
        "data:{};base64,{}",
        escape(&file.media_type),
        BASE64.encode(&file.bytes)
    )
}

/// A text marked with its language, and with what a visitor should know about it.
fn told(ui: Ui, text: &Told) -> String {
    let remarks = show::remarks(ui, text);
    let remark = if remarks.is_empty() {
        String::new()
    } else {
        format!(" <span class=\"credit\">({})</span>", escape(&remarks.join(", ")))
    };
    format!(
        "<span lang=\"{}\">{}</span>{remark}",
        escape(text.language.as_str()),
        escape(&text.text)
    )
}
