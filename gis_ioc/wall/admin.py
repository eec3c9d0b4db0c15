from django.contrib import admin

from .models import Wall


@admin.register(Wall)
class WallAdmin(admin.ModelAdmin):
    list_display = ("title", "slug", "columns", "rows", "pitch_mm", "farthest_m")
