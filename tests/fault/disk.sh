# SPDX-License-Identifier: BSD-2-Clause
# A disk of our own for the fault tests, which source this file after scene.sh: a real ext4 on a loop device, whose image
# tells what a power cut would leave, and whose blocks can be made to fail.
# shellcheck shell=sh
# shellcheck disable=SC2154 # scratch and the like are scene.sh's

for tool in mkfs.ext4 filefrag fallocate losetup; do
	command -v $tool >/dev/null || skip_all "$tool is not installed"
done

# Memory that can be filled up: where the image lies.
mkdir -m 0755 "$scratch/small" "$scratch/disk" "$scratch/after" || exit 99
mount -t tmpfs -o size=24m,mode=0755 tmpfs "$scratch/small" 2>/dev/null || skip_all "no file system can be mounted here"
image=$scratch/small/image
dd if=/dev/zero of="$image" bs=1M count=12 status=none
mkfs.ext4 -q -b 4096 -E nodiscard "$image" || exit 99
mount -o loop "$image" "$scratch/disk" 2>/dev/null || skip_all "no loop device can be mounted here"

let_go() {
	umount -q "$scratch/after" "$scratch/disk" "$scratch/small" 2>/dev/null
	rm -rf "$scratch"
}
trap let_go EXIT

# cut: the power is cut. What the disk has now is mounted as it would be at the next start, and is the current host's
# until restored; what had not been written yet is not there.
cut() {
	cp "$image" "$scratch/image.cut" && mount -o loop "$scratch/image.cut" "$scratch/after" || bail_out "no disk after the cut"
	before_cut=$place
	set_place "$scratch/after/$host_name"
}

# restored: the world in which the power was not cut.
restored() {
	umount "$scratch/after" || bail_out "the disk after the cut is busy"
	set_place "$before_cut"
}

# host_on_disk NAME: as fresh_host, with key and store on the disk.
host_on_disk() {
	host_name=$1
	mkdir -m 0755 "$scratch/disk/$1" && fresh_host "$1" "$scratch/disk/$1"
}

# The physical block of a record's block N (0 facts, 1 slot A, 2 slot B).
block_of() {
	filefrag -v "$place/store/users/$1" | awk -F'[ .:]+' -v wanted="$2" '
		$2 ~ /^[0-9]+$/ && $3 <= wanted && wanted <= $4 { print $5 + wanted - $3; exit }'
}
