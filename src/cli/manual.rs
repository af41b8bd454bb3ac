//! `manual` and `completions`: what `--help` says, for readers of man pages and for shells.

use std::io::{self, Write};
use std::path::Path;

use anyhow::Context;
use clap::{Command, CommandFactory};
use clap_mangen::Man;
use serde_json::json;

use super::args::{Cli, CompletionsArgs, ManualArgs};
use super::exit::Exit;
use super::out::Out;
use crate::files::{Draft, Existing};

/// What the page of the program says besides its options.
const MORE: &str = r#".SH "EXIT STATUS"
.TP
0
done
.TP
1
failed, with a line on standard error that says what and what to do
.TP
2
wrong usage
.TP
3
refused by a brake or by \-\-strict, nothing changed
.TP
4
done, with rejected rows
.SH FILES
.TP
refresher.toml
the settings, of the working directory unless \-\-config names another file; each can also be given in the environment, where
REFRESHER_SMTP_HOST is host in [smtp]
.TP
policy.toml
who needs which course
"#;

/// The whole tree of commands, each knowing the options that it takes.
fn commands() -> Command {
    let mut cli = Cli::command().disable_help_subcommand(true);
    cli.build();
    cli
}

/// Prints the help of every command, or writes it as man pages, a file a command. Those that refresher wrote before, of an
/// earlier version perhaps, are replaced, and no others.
pub(crate) fn manual(args: &ManualArgs, out: Out) -> anyhow::Result<Exit> {
    let cli = commands();
    let Some(folder) = &args.man else {
        let mut text = String::new();
        whole_help(cli, &mut text);
        out.text(&text)?;
        return Ok(Exit::Done);
    };
    std::fs::create_dir_all(folder).with_context(|| {
        format!(
            "the folder {} can't be made: choose another with --man, or correct the permissions",
            folder.display()
        )
    })?;
    let existing = if args.force { Existing::Replaced } else { Existing::OursReplaced };
    let (mut drafts, mut written) = (Vec::new(), Vec::new());
    pages(&cli, &mut |page, content| {
        let path = folder.join(page);
        drafts.push((draft(&path, existing, content).with_context(|| unwritten(&path))?, path));
        written.push(page.to_owned());
        Ok(())
    })?;
    for (draft, path) in drafts {
        draft.finish().with_context(|| unwritten(&path))?;
    }
    if out.json {
        out.document(&json!({ "folder": folder, "pages": written }))?;
    } else {
        out.text(&format!("wrote {} man pages to {}", written.len(), folder.display()))?;
    }
    Ok(Exit::Done)
}

/// Prints what completes the commands and options in a shell.
pub(crate) fn completions(args: &CompletionsArgs) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut commands(), "refresher", &mut script);
    io::stdout().lock().write_all(&script)?;
    Ok(Exit::Done)
}

fn whole_help(mut command: Command, into: &mut String) {
    into.push_str(&command.render_long_help().to_string());
    for below in command.get_subcommands().cloned() {
        let name = below.get_display_name().unwrap_or_else(|| below.get_name()).replace('-', " ");
        into.push_str(&format!("\n\n{}\n\n", name.to_uppercase()));
        whole_help(below, into);
    }
}

/// Has a page written of the command and of each below it.
fn pages(command: &Command, write: &mut impl FnMut(&str, &[u8]) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let man = Man::new(command.clone())
        .source(format!("refresher {}", env!("CARGO_PKG_VERSION")))
        .manual("refresher's manual");
    let mut content = Vec::new();
    man.render(&mut content)?;
    if command.get_name() == "refresher" {
        content.extend_from_slice(MORE.as_bytes());
    }
    write(&man.get_filename(), &content)?;
    command.get_subcommands().try_for_each(|below| pages(below, write))
}

/// A page that could be given its name as things stand: all of them are written, or none.
fn draft(page: &Path, existing: Existing, content: &[u8]) -> io::Result<Draft> {
    let mut draft = Draft::begin(page, existing, None)?;
    draft.file().write_all(content)?;
    draft.check()?;
    Ok(draft)
}

fn unwritten(page: &Path) -> String {
    format!("{} can't be written", page.display())
}
