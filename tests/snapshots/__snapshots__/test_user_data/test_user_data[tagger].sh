#!/bin/bash
# SpotTrainingFleet/tagger: made by aicost-iac. Change the blueprint, not this script.
set -euo pipefail

put() { # put MODE PATH: standard input becomes the file
  install -D -m "$1" /dev/stdin "$2"
}

id workload >/dev/null 2>&1 || useradd --system --create-home --home-dir /var/lib/workload workload

put 0644 /opt/aicost/metadata <<'END_OF_FILE'
# Instance metadata, version 2 only. Sourced by the scripts beside it.
# AICOST_IMDS is for tests: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
imds=${AICOST_IMDS:-http://169.254.169.254}

metadata() { # metadata PATH: the value, or exit status 22 where there is none
  local token
  token=$(curl -sSf -m 5 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' "$imds/latest/api/token")
  curl -sf -m 5 -H "X-aws-ec2-metadata-token: $token" "$imds/latest/meta-data/$1"
}
END_OF_FILE

put 0755 /opt/aicost/fetch <<'END_OF_FILE'
#!/bin/bash
# Before each start of the work: its source, and the last checkpoint.
set -euo pipefail
rm -f /run/aicost/draining
install -d -o workload -g workload /opt/aicost/source
aws s3 cp --only-show-errors s3://example-nlp/tagger.tar.gz /opt/aicost/source.tar.gz
tar --extract --gzip --no-same-owner --directory /opt/aicost/source --file /opt/aicost/source.tar.gz
chown --recursive workload:workload /opt/aicost/source
END_OF_FILE

put 0755 /opt/aicost/workload <<'END_OF_FILE'
#!/bin/bash
set -euo pipefail
export AICOST_FLEET=tagger
cd /opt/aicost/source
exec python3 train.py
END_OF_FILE

put 0755 /opt/aicost/stopping <<'END_OF_FILE'
#!/bin/bash
# systemd runs this at every end of the work; only where it was told to stop is there still a process. Work that was
# stopped is not over, and must not shrink the fleet.
set -euo pipefail
[ -z "${MAINPID:-}" ] || touch /run/aicost/draining
END_OF_FILE

put 0755 /opt/aicost/leave <<'END_OF_FILE'
#!/bin/bash
# The work is over on this instance: terminate it, and let the fleet want one less. Without this, the group would start
# a replacement and pay for the same work again.
set -euo pipefail
[ ! -e "${AICOST_RUN:-/run/aicost}/draining" ] || exit 0
exec systemctl poweroff
END_OF_FILE

put 0755 /opt/aicost/watch <<'END_OF_FILE'
#!/bin/bash
# Watch for the end of this instance: a spot notice (two minutes), a rebalance recommendation, or the group's decision.
# https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html
# https://docs.aws.amazon.com/autoscaling/ec2/userguide/retrieving-target-lifecycle-state-through-imds.html
set -uo pipefail
# shellcheck source=/dev/null
. "${AICOST_HOME:-/opt/aicost}/metadata"
recommended=no

save() { # save SECONDS: a failing or slow S3 must not take the time that the rest needs
  : "$1"
}

drain() { # drain REASON
  echo "draining: $1"
  timeout 50 systemctl stop aicost-workload.service || echo "the work did not stop in time"
  save 30
  exit 0
}

while sleep "${AICOST_POLL:-5}"; do
  if metadata spot/instance-action >/dev/null; then
    drain "spot notice"
  fi
  if [ "$(metadata autoscaling/target-lifecycle-state)" = Terminated ]; then
    drain "the group terminates this instance"
  fi
  if [ "$recommended" = no ] && metadata events/recommendations/rebalance >/dev/null; then
    recommended=yes
    echo "rebalance recommended: saving a checkpoint"
    save 600 &
  fi
done
END_OF_FILE

put 0644 /etc/systemd/system/aicost-workload.service <<'END_OF_FILE'
[Unit]
Description=SpotTrainingFleet/tagger
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=infinity
StartLimitBurst=3
OnSuccess=aicost-leave.service
OnFailure=aicost-leave.service

[Service]
Type=exec
User=workload
WorkingDirectory=/var/lib/workload
RuntimeDirectory=aicost
RuntimeDirectoryPreserve=yes
ExecStartPre=+/opt/aicost/fetch
ExecStart=/opt/aicost/workload
ExecStop=+/opt/aicost/stopping
KillMode=mixed
Restart=on-failure
RestartSec=30
TimeoutStartSec=1800
TimeoutStopSec=45

[Install]
WantedBy=multi-user.target
END_OF_FILE

put 0644 /etc/systemd/system/aicost-leave.service <<'END_OF_FILE'
[Unit]
Description=Leave the Auto Scaling group for good
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
ExecStart=/opt/aicost/leave
Restart=on-failure
RestartSec=60
END_OF_FILE

put 0644 /etc/systemd/system/aicost-watch.service <<'END_OF_FILE'
[Unit]
Description=Save the work before this instance is taken
StartLimitIntervalSec=0
Wants=network-online.target
After=network-online.target

[Service]
Type=exec
ExecStart=/opt/aicost/watch
Restart=on-failure
RestartSec=5

[Install]
WantedBy=multi-user.target
END_OF_FILE
systemctl daemon-reload
systemctl enable --now --no-block aicost-workload.service
systemctl enable --now --no-block aicost-watch.service
