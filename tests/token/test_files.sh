#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Where tokens lie and who may look: the MUSTs of pam_vipotp/token/wallet.h and held.h, and a disk that refuses.

# With CAP_SYS_ADMIN in a mount namespace of its own: what is mounted here goes with the test.
if [ "${1-}" != inside ] && unshare --mount true 2>/dev/null; then
	exec unshare --mount sh "$0" inside
fi
. "$(dirname "$0")/scene.sh"
alone=${1-}

mode_of() {
	stat -c '%a %u' "$1"
}

# ---- the directory ----------------------------------------------------------------------------------------------

run list
expect "without tokens there is nothing to list" exit 0
point "and nothing is made to find that out" [ ! -e "$home/.local" ]
run list --json
point "in JSON an empty array" json '. == []'
(umask 0 && must_run new)
id=$(cat "$scene/out")
for dir in "$home/.local" "$home/.local/share" "$tokens"; do
	point "${dir#"$home/"} is made for the user alone" [ "$(mode_of "$dir")" = "700 $user" ]
done
point "so is the token's file" [ "$(mode_of "$(file_of "$id")")" = "600 $user" ]
point "nothing else is left there" [ "$(ls -A "$tokens")" = "$id.vipaccess" ]

chmod 750 "$tokens"
run show
expect "a directory that others can look into is refused" exit 5 err "Others can look into $tokens" no-out "Token ID"
chmod 700 "$tokens"
chown root "$tokens"
run show
expect "so is another's" exit 5 err "cannot open this directory"
"$program" list >"$scene/out" 2>"$scene/err" </dev/null
status=$? ran="list, as root, at home"
expect "root has a wallet of its own" exit 0
chown $user "$tokens"
HOME=$home "$program" list >"$scene/out" 2>"$scene/err"
status=$? ran="list, as root with the user's HOME"
expect "root does not open another's wallet" exit 5 err "$tokens belongs to another user"
mkdir "$home/empty"
chown $user "$home/empty"
HOME=$home/empty "$program" new >"$scene/out" 2>"$scene/err"
status=$? ran="new, as root with the user's HOME"
expect "nor does root make one in another's home" exit 5 err "sudo -H" no-out LV
point "nothing is made there" [ -z "$(ls -A "$home/empty")" ]
mv "$tokens" "$home/elsewhere"
ln -s "$home/elsewhere" "$tokens"
run show
expect "the directory may be a link: that is its owner's business" exit 0
rm "$tokens"
mv "$home/elsewhere" "$tokens"

XDG_DATA_HOME=$home/data run new
expect "XDG_DATA_HOME says where" exit 0
point "and it is there" [ "$(mode_of "$home/data/vipotp/$(cat "$scene/out").vipaccess")" = "600 $user" ]
XDG_DATA_HOME=data run list
expect "a relative one counts as none" exit 0 out "$id"
as_user env -u HOME "$program" list >"$scene/out" 2>"$scene/err"
status=$? ran="list without HOME"
expect "without HOME it says what is missing" exit 2 err "Set HOME or XDG_DATA_HOME"
as_user env HOME=nowhere "$program" new >"$scene/out" 2>"$scene/err"
status=$? ran="new with a relative HOME"
expect "a relative HOME is none" exit 2 err "Set HOME or XDG_DATA_HOME"
as_user env HOME="/$(printf '%05000d' 0)" "$program" new >"$scene/out" 2>"$scene/err"
status=$? ran="new with a long HOME"
expect "nor is one that is too long" exit 2 err "too long"

# ---- a token's file ---------------------------------------------------------------------------------------------

file=$(file_of "$id")
secret=$(value_in "$id" secret)
cp -p "$file" "$scene/good"
# refused DESCRIPTION WORDS: what show, which reads, and remove, which changes, say of the file as it is now.
refused() {
	run show "$id"
	expect "$1: refused" exit 5 err "$2" no-out "Security code"
	run remove "$id" --yes
	expect "$1: not removed either" exit 5 err "$2"
}
for mode in 640 604 660; do
	chmod $mode "$file"
	refused "mode $mode" "Others can read"
done
rm "$file"
ln -s "$scene/good" "$file"
refused "a symbolic link" "$file is a symbolic link"
rm "$file"
mkfifo -m 600 "$file"
chown $user "$file"
refused "a FIFO, without waiting for it" "no regular file"
rm "$file"
mkdir -m 700 "$file"
chown $user "$file"
refused "a directory" "$file"
rmdir "$file"
install -m 644 "$scene/good" "$file"
refused "another's" "$file"
rm "$file"
# damaged DESCRIPTION SED: the good file, changed.
damaged() {
	sed "$2" "$scene/good" >"$file"
	chown $user "$file"
	chmod 600 "$file"
	point "damaged, $1" differs_from_good
	run show "$id"
	expect "damaged, $1: refused without the key in the message" exit 5 err "$file" no-err "$secret"
}
differs_from_good() {
	! cmp -s "$scene/good" "$file"
}
damaged "empty" d
damaged "cut" 3q
damaged "a line twice" '2p'
damaged "a line too many" '$aissued yesterday'
damaged "another order" '1{h;d};2G'
damaged "a drift beyond a day" 's/^drift .*/drift +86401/'
damaged "a short key" 's/^secret .*/secret GEZDGNBV/'
damaged "no key" 's/^secret .*/secret /'
damaged "another token's ID" 's/^id .*/id LVOT00000000/'
damaged "another version" 's/^version .*/version 2/'
damaged "a carriage return" 's/$/\r/'
printf 'version 1\n%01000d' 0 >"$file"
run show "$id"
expect "too long" exit 5 err "$file: no token file"
run list
expect "list goes on with the others" exit 5 err "$file"
must_run new --label second
run list
expect "and lists them" exit 5 out second
cp -p "$scene/good" "$file"
run list
expect "put back, all is well" exit 0 out "$id" out second

# ---- a disk that refuses ------------------------------------------------------------------------------------------

must_run new --event
event=$(cat "$scene/out")
chmod 500 "$tokens"
run new
expect "a read-only directory takes no token" exit 5 err "Permission denied" no-out LV
run remove "$id" --yes
expect "and gives none away" exit 5 err "Permission denied"
run next "$event"
expect "but codes, whose counter needs no new name" exit 0
chmod 700 "$tokens"
counter=$(value_in "$event" counter)
chmod 400 "$(file_of "$event")"
run next "$event"
expect "no code where the counter cannot be written" exit 5 err "Permission denied"
chmod 600 "$(file_of "$event")"
# without_size ARGUMENT...: files may not grow; what is said comes through a pipe, which is none.
without_size() {
	: >"$scene/out"
	said=$(as_user sh -c 'ulimit -f 0 && exec "$@" 2>&1' sh "$program" "$@")
	status=$?
	ran="(no file size allowed) $*"
	echo "$said" >"$scene/err"
}
without_size next "$event"
expect "nor where the write fails" exit 5 err "cannot write"
point "and no code is lost by it" [ "$(value_in "$event" counter)" = "$counter" ]
without_size new
expect "no token of which nothing can be written" exit 5 err "cannot write" no-err LV
point "and nothing of it is left" [ ! -e "$tokens/.new" ]

if [ -n "$alone" ] && mkdir -p "$scene/small" && mount -t tmpfs -o size=16k,nr_inodes=8,uid=$user,mode=0700 tmpfs "$scene/small"; then
	export XDG_DATA_HOME="$scene/small"
	must_run new --event
	event=$(cat "$scene/out")
	as_user sh -c 'cat /dev/zero >"$0/filler"' "$scene/small" 2>"$scene/err"
	run new
	expect "a full disk: no new token, and why" exit 5 err "No space left on device" no-out LV
	point "nothing of it is left" [ "$(ls -A "$scene/small/vipotp")" = "$event.vipaccess" ]
	run next "$event"
	expect "but the next code of the old one" exit 0
	mount -o remount,ro "$scene/small"
	run next "$event"
	expect "read-only: no event code" exit 5 err "Read-only file system"
	run show "$event"
	expect "but it can be looked at" exit 0
	umount "$scene/small"
	unset XDG_DATA_HOME
else
	skip "a full disk" "no file system can be mounted here"
fi

# ---- remove -------------------------------------------------------------------------------------------------------

answers n
run remove "$id"
expect "remove asks" exit 1 err "Remove token" err "Nothing was removed."
run remove "$id"
expect "no answer is no" exit 1
point "the token is still there" [ -e "$file" ]
answers y
run remove "$id"
expect "yes removes it" exit 0 out "Token $id is removed."
point "for good" [ ! -e "$file" ]
run remove "$id" --yes
expect "once" exit 3 err "There is no token $id here"
finish
