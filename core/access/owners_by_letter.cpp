#include "core/access/owners_by_letter.h"

#include "core/base/log.h"

namespace connlog {
namespace {

constexpr seconds kUseful{3 * 86'400};

}  // namespace

Result<void> OwnersByLetter::tell_owners(Transaction& tx, WorkspaceId workspace, const OwnersLetter& what) {
  const auto owners = TRY(directory_.owners_of(tx, workspace));
  for (const User& owner : owners) {
    Letter letter;
    letter.kind = what.kind;
    letter.to_name = owner.name;
    letter.to_address = owner.mail;
    letter.headline = what.headline;
    letter.paragraphs = what.paragraphs;
    if (!what.path.empty()) letter.link = LetterLink{Secret(what.path), what.link_text};
    letter.workspace = workspace;
    letter.useful_until = clock_.believed() + kUseful;
    // A letter that cannot be queued (its address takes no mail, or too many letters wait) does not stop the act: the
    // interface shows the same.
    if (const auto posted = letters_.post(tx, letter); !posted)
      log_warning("owners_mail.not_queued", {{"kind", what.kind}, {"reason", posted.error().message}});
  }
  return {};
}

}  // namespace connlog
