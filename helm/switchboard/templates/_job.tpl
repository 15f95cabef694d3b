{{- /*
A Job whose name follows from what it would do: the same work is not done twice, new work gets a new Job, and a
deployment tool that knows no hooks applies it like anything else. root, part, name (of the container), what
*/ -}}
{{- define "switchboard.job" -}}
{{- $model := index (include "switchboard.model" .root | fromJson) .name -}}
{{- $selector := dict "root" .root "part" .what -}}
{{- $account := include "switchboard.partName" (dict "root" .root "part" "jobs") -}}
{{- $spec := include "switchboard.jobSpec" (dict "root" .root "part" .part "name" .name "what" .what "model" $model "account" $account) -}}
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ include "switchboard.fullname" .root }}-{{ .what }}-{{ sha256sum $spec | trunc 8 }}
  labels:
    {{- include "switchboard.labels" .root | nindent 4 }}
    {{- include "switchboard.selector" $selector | nindent 4 }}
spec:
  {{- $spec | nindent 2 }}
{{- end -}}

{{- define "switchboard.jobSpec" -}}
backoffLimit: {{ .root.Values.jobs.backoffLimit }}
template:
  metadata:
    labels:
      {{- include "switchboard.selector" (dict "root" .root "part" .what) | nindent 6 }}
      {{- if ne .part "provisioner" }}
      switchboard.dev/job: migrate
      {{- end }}
  spec:
    {{- include "switchboard.podSecurity" (dict "root" .root "part" "jobs" "account" .account) | nindent 4 }}
    restartPolicy: Never
    {{- with .root.Values.defaults.nodeSelector }}
    nodeSelector:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    {{- with .root.Values.defaults.tolerations }}
    tolerations:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    containers:
      - name: {{ .what }}
        image: {{ include "switchboard.image" (dict "root" .root "image" .model.image) | quote }}
        imagePullPolicy: {{ .root.Values.image.pullPolicy }}
        command:
          {{- toYaml .model.command | nindent 10 }}
        {{- include "switchboard.containerSecurity" .root | nindent 8 }}
        env:
          {{- include "switchboard.env" (dict "root" .root "part" .part "name" .name) | trim | nindent 10 }}
        resources:
          {{- toYaml .root.Values.jobs.resources | nindent 10 }}
        volumeMounts:
          - { name: tmp, mountPath: /tmp }
    volumes:
      - name: tmp
        emptyDir: { sizeLimit: 64Mi }
{{- end -}}
